import { describe, expect, it } from 'vitest';
import { fetchRequestAdapter } from './fetch-request.js';

const URL_OF_SALES = 'https://api.example.com/v1/sales?year=2026';

describe('fetchRequestAdapter', () => {
  it('reads the header, the method and the URL, and knows no route', () => {
    const init = { method: 'POST', headers: { authorization: 'Bearer abc' } };
    const request = new Request(URL_OF_SALES, init);
    expect(fetchRequestAdapter.authorization(request)).toBe('Bearer abc');
    expect(fetchRequestAdapter.authorization(new Request(URL_OF_SALES))).toBeUndefined();
    expect(fetchRequestAdapter.method(request)).toBe('POST');
    expect(fetchRequestAdapter.url(request)).toBe(URL_OF_SALES);
    expect(fetchRequestAdapter.route(request)).toBeUndefined();
  });

  it.each([
    ['the context of Hono', { req: { raw: new Request(URL_OF_SALES) } }],
    ["Node's request", { headers: { authorization: 'Bearer abc' } }],
    ['a URL', URL_OF_SALES],
  ])('refuses %s, which is not a Request', (_what, request) => {
    const read = (): unknown => fetchRequestAdapter.authorization(request as never);
    expect(read).toThrow(
      new TypeError('a guard must get a Request; pass that of the framework, such as c.req.raw'),
    );
  });

  it('has no body: nothing in front of the guard has parsed it', () => {
    expect(fetchRequestAdapter).not.toHaveProperty('body');
  });

  it('calls back when the signal of the request aborts, once', () => {
    const controller = new AbortController();
    const request = new Request(URL_OF_SALES, { signal: controller.signal });
    const calls: string[] = [];
    fetchRequestAdapter.onEnd(request, () => calls.push('heard'));
    fetchRequestAdapter.onEnd(request, () => calls.push('removed'))();
    expect(calls).toEqual([]);
    controller.abort();
    controller.abort();
    expect(calls).toEqual(['heard']);
  });

  it('calls back immediately for a signal that has aborted', () => {
    const request = new Request(URL_OF_SALES, { signal: AbortSignal.abort() });
    const calls: string[] = [];
    fetchRequestAdapter.onEnd(request, () => calls.push('heard'))();
    expect(calls).toEqual(['heard']);
  });
});
