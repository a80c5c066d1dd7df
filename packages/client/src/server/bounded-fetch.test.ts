import { describe, expect, it } from 'vitest';
import { createGate } from '../../../../test/support/stub-token-server.js';
import { type BoundedFetch, createBoundedFetch } from './bounded-fetch.js';
import { TokenRequestError } from '../errors.js';

const URL_OF_ALL = 'https://auth.example.com/token';
const REQUEST = { method: 'GET', headers: {}, body: undefined };

function boundedFetchOf(
  fetch: typeof globalThis.fetch,
  { timeoutMs = 60_000, signal = new AbortController().signal } = {},
): BoundedFetch {
  return createBoundedFetch({ fetch, timeoutMs, signal });
}

function answering(response: Response): BoundedFetch {
  return boundedFetchOf(() => Promise.resolve(response));
}

function streamOf(chunk: Uint8Array, times: number): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent === times) controller.close();
      else controller.enqueue(chunk);
      sent += 1;
    },
  });
}

describe('createBoundedFetch', () => {
  it('returns a complete response without its challenge', async () => {
    const headers = { 'www-authenticate': 'Basic realm="a"', 'content-type': 'application/json' };
    const fetch = answering(new Response('{}', { status: 401, headers }));
    const response = await fetch(URL_OF_ALL, REQUEST);
    expect([response.status, await response.text(), Object.fromEntries(response.headers)]).toEqual([
      401,
      '{}',
      { 'content-type': 'application/json' },
    ]);
  });

  it('sends the given request, and does not follow redirects', async () => {
    let seen: RequestInit | undefined;
    const fetch = boundedFetchOf((_url, init) => {
      seen = init;
      return Promise.resolve(new Response(null, { status: 204 }));
    });
    const body = new URLSearchParams({ a: 'b' });
    await fetch(URL_OF_ALL, { method: 'POST', headers: { accept: 'application/json' }, body });
    expect(seen).toEqual({
      method: 'POST',
      headers: { accept: 'application/json' },
      body,
      redirect: 'manual',
      signal: expect.any(AbortSignal) as AbortSignal,
    });
  });

  it.each([
    [new Response(null, { status: 302, headers: { location: '/' } }), 'redirect', 302],
    [new Response(null, { status: 304 }), 'redirect', 304],
    [
      Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' }),
      'redirect',
      undefined,
    ],
    [Response.error(), 'status', 0],
    [new Response(streamOf(new Uint8Array(65_536), 9)), 'too_large', undefined],
  ])('refuses %o', async (response, reason, status) => {
    await expect(answering(response)(URL_OF_ALL, REQUEST)).rejects.toMatchObject({
      name: 'TokenRequestError',
      reason,
      status,
    });
  });

  it.each([
    [
      new Response(null, { status: 302 }),
      'sent a redirect; redirects are not followed: GET https://auth.example.com/token answered 302 instead of 200',
    ],
    [
      new Response(streamOf(new Uint8Array(65_536), 9)),
      'is too large: GET https://auth.example.com/token answered with more than 524288 bytes',
    ],
  ])('names the request, the answer and what was expected: %#', async (response, message) => {
    const url = `${URL_OF_ALL}?key=canary`;
    const error: unknown = await answering(response)(url, REQUEST).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).toContain(message.replace('/token', '/token?…'));
  });

  it('accepts a body as large as the limit', async () => {
    const response = await answering(new Response(streamOf(new Uint8Array(65_536), 8)))(
      URL_OF_ALL,
      REQUEST,
    );
    expect((await response.arrayBuffer()).byteLength).toBe(512 * 1024);
  });

  it('times out without a response, even when fetch ignores its signal', async () => {
    const fetch = boundedFetchOf(() => new Promise(() => undefined), { timeoutMs: 1 });
    await expect(fetch(URL_OF_ALL, REQUEST)).rejects.toMatchObject({
      reason: 'timeout',
      message:
        'the authorization server did not respond in time: GET https://auth.example.com/token: 1 ms',
    });
  });

  it('times out when the body does not end', async () => {
    const endless = new Response(new ReadableStream({ start: () => undefined }));
    const fetch = boundedFetchOf(() => Promise.resolve(endless), { timeoutMs: 1 });
    await expect(fetch(URL_OF_ALL, REQUEST)).rejects.toMatchObject({ reason: 'timeout' });
  });

  it.each<[string, number, (response: Response) => Promise<Response>]>([
    ['whose body does not end', 200, (response) => Promise.resolve(response)],
    ['that is refused unread', 302, (response) => Promise.resolve(response)],
    [
      'that comes too late',
      200,
      (response) =>
        new Promise((resolve) => {
          setTimeout(resolve, 5, response);
        }),
    ],
  ])(
    'cancels the body of a response %s, even when fetch ignores its signal',
    async (_case, status, give) => {
      const cancelled = createGate<undefined>();
      const stream = new ReadableStream({
        cancel() {
          cancelled.open(undefined);
          throw new Error('canary');
        },
      });
      const response = new Response(stream, { status });
      const fetch = boundedFetchOf(() => give(response), { timeoutMs: 1 });
      await expect(fetch(URL_OF_ALL, REQUEST)).rejects.toBeInstanceOf(TokenRequestError);
      await cancelled.promise;
    },
  );

  it.each([
    ['nothing', undefined],
    ['text', '{"access_token":"canary"}'],
    ['no status', {}],
    ['no headers that can be read', { status: 200, headers: 7, body: null }],
    ['a body that cannot be read', { status: 200, headers: {}, body: 7 }],
    ['chunks of text', { status: 200, headers: {}, body: ['canary'] }],
  ])('rejects a value that is not a response: %s', async (_case, garbage) => {
    const fetch = boundedFetchOf(() => Promise.resolve(garbage as unknown as Response));
    await expect(fetch(URL_OF_ALL, REQUEST)).rejects.toMatchObject({
      name: 'TokenRequestError',
      reason: 'network',
      message:
        'the authorization server cannot be reached: GET https://auth.example.com/token: no usable response',
    });
  });

  it('ends a body of empty chunks, which would keep timers from running', async () => {
    function* empty(): Generator<Uint8Array> {
      for (;;) yield new Uint8Array();
    }
    const garbage = { status: 200, headers: {}, body: empty() } as unknown as Response;
    await expect(answering(garbage)(URL_OF_ALL, REQUEST)).rejects.toMatchObject({
      reason: 'too_large',
    });
  });

  it('rejects with the reason of its signal', async () => {
    const controller = new AbortController();
    const closed = new TokenRequestError('closed');
    const fetch = boundedFetchOf(() => new Promise(() => undefined), { signal: controller.signal });
    const outcome = fetch(URL_OF_ALL, REQUEST);
    controller.abort(closed);
    await expect(outcome).rejects.toBe(closed);
  });

  it('names only the system code of a failure', async () => {
    const refused = Object.assign(new Error('connect with canary'), { code: 'ECONNREFUSED' });
    const fetch = boundedFetchOf(() => Promise.reject(new TypeError('canary', { cause: refused })));
    const error: unknown = await fetch(URL_OF_ALL, REQUEST).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      reason: 'network',
      message:
        'the authorization server cannot be reached: GET https://auth.example.com/token: ECONNREFUSED',
    });
    expect(error).not.toHaveProperty('cause');
  });

  it('rejects when the body breaks off', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
      },
    });
    await expect(answering(new Response(broken))(URL_OF_ALL, REQUEST)).rejects.toMatchObject({
      message:
        'the authorization server cannot be reached: GET https://auth.example.com/token: ECONNRESET',
    });
  });
});
