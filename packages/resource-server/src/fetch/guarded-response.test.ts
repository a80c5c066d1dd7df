import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openServer } from '../../../../test/support/listen.js';
import { completeResponse } from './guarded-response.js';

const none = (): void => undefined;

/** A response that a handler returns unchanged from `fetch()`: its headers are immutable. */
async function fetched(headers: Record<string, string>, status = 200): Promise<Response> {
  const server = createServer((_req, res) => {
    res.writeHead(status, headers).end(status === 200 ? 'rows' : undefined);
  });
  return fetch(await openServer(server));
}

describe('completeResponse', () => {
  it.each<[string | undefined, string]>([
    [undefined, 'Authorization'],
    ['Authorization', 'Authorization'],
    ['authorization', 'authorization'],
    ['Accept', 'Accept, Authorization'],
    ['Accept, Authorization, Origin', 'Accept, Authorization, Origin'],
    ['*', '*'],
  ])('adds Authorization to Vary %j', (vary, expected) => {
    const headers = vary === undefined ? undefined : { vary };
    const response = new Response('rows', headers && { headers });
    const completed = completeResponse(response, none);
    expect(completed).toBe(response);
    expect(completeResponse(completed, none).headers.get('vary')).toBe(expected);
  });

  it('merges several lines of Vary', () => {
    const response = new Response('rows');
    response.headers.append('Vary', 'Accept');
    response.headers.append('Vary', 'Origin');
    expect(completeResponse(response, none).headers.get('vary')).toBe(
      'Accept, Origin, Authorization',
    );
  });

  it('sets further fields', () => {
    const completed = completeResponse(new Response('rows'), (fields) => {
      fields.setHeader('Cache-Control', 'private, no-store');
    });
    expect([...completed.headers]).toEqual([
      ['cache-control', 'private, no-store'],
      ['content-type', 'text/plain;charset=UTF-8'],
      ['vary', 'Authorization'],
    ]);
  });

  it('copies a redirect, whose headers are immutable', () => {
    const response = Response.redirect('https://api.example.com/elsewhere', 307);
    const completed = completeResponse(response, none);
    expect([completed.status, completed.body, [...completed.headers]]).toEqual([
      307,
      null,
      [
        ['location', 'https://api.example.com/elsewhere'],
        ['vary', 'Authorization'],
      ],
    ]);
  });

  it('copies a fetched response with its cookies and its body, which it does not read', async () => {
    const response = await fetched({ 'Set-Cookie': 'a=1', Vary: 'Accept' });
    const completed = completeResponse(response, none);
    expect(completed).not.toBe(response);
    expect(completed.body).toBe(response.body);
    expect(completed.bodyUsed).toBe(false);
    expect(completed.headers.getSetCookie()).toEqual(['a=1']);
    expect(completed.headers.get('vary')).toBe('Accept, Authorization');
    await expect(completed.text()).resolves.toBe('rows');
  });

  it.each([204, 304])('copies a fetched response %i without a body', async (status) => {
    const completed = completeResponse(await fetched({}, status), none);
    expect([completed.status, completed.body]).toEqual([status, null]);
    expect(completed.headers.get('vary')).toBe('Authorization');
  });

  it.each([204, 205, 304])('keeps a response %i without a body', (status) => {
    const completed = completeResponse(new Response(null, { status }), none);
    expect([completed.status, completed.body]).toEqual([status, null]);
    expect(completed.headers.get('vary')).toBe('Authorization');
  });

  it('does not read a stream, and returns the same one', async () => {
    let pulls = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          pulls += 1;
          controller.enqueue(new TextEncoder().encode('row'));
          if (pulls === 2) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const completed = completeResponse(new Response(stream), none);
    expect(completed.body).toBe(stream);
    expect(pulls).toBe(0);
    await expect(completed.text()).resolves.toBe('rowrow');
  });

  it('returns what no cache stores unchanged: an upgrade, an error', () => {
    // Deno and Workers create such responses; the constructor of the standard refuses 101.
    const upgrade = Object.defineProperty(new Response(null), 'status', { value: 101 });
    const error = Response.error();
    expect(completeResponse(upgrade, none)).toBe(upgrade);
    expect(upgrade.headers.get('vary')).toBeNull();
    expect(completeResponse(error, none)).toBe(error);
  });
});
