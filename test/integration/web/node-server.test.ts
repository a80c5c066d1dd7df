import type { Server } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createAdaptorServer } from '@hono/node-server';
import { describe, expect, it } from 'vitest';
import { openServer } from '../../support/listen.js';
import { signToken } from '../../support/tokens.js';
import { api, metadata } from './api.js';

const token = signToken({ scope: 'read:analytics', client_id: 'reports' });

const requireRead = api.requireScope('read:analytics');
const readSales = requireRead.wrap((request) =>
  Response.json({ client: api.accessToken(request).clientId }),
);

type Handler = (request: Request) => Response | Promise<Response>;

async function open(
  handler: Handler = (request) => metadata(request) ?? readSales(request),
): Promise<URL> {
  // Without `createServer`, it is a server of `node:http`.
  return openServer(createAdaptorServer({ fetch: handler }) as Server);
}

/** Sends header lines as they are, and returns the whole response. */
async function sendRaw(url: URL, lines: readonly string[]): Promise<string> {
  const socket = connect(Number(url.port), url.hostname);
  socket.write(
    ['GET / HTTP/1.1', `Host: ${url.host}`, 'Connection: close', ...lines, '', ''].join('\r\n'),
  );
  return text(socket);
}

describe('a handler on @hono/node-server', () => {
  it('gets a guarded request', async () => {
    const response = await fetch(await open(), { headers: { authorization: `Bearer ${token}` } });
    expect([response.status, response.headers.get('vary')]).toEqual([200, 'Authorization']);
    await expect(response.json()).resolves.toEqual({ client: 'reports' });
  });

  it.each<[string, string[], number, string | undefined]>([
    ['one line', [`Authorization: Bearer ${token}`], 200, undefined],
    [
      'two lines',
      [`Authorization: Bearer ${token}`, 'Authorization: Bearer abc'],
      400,
      'invalid_request',
    ],
    [
      'two lines, the second one valid',
      ['Authorization: Digest a="b"', `authorization: Bearer ${token}`],
      400,
      'invalid_request',
    ],
    [
      'an empty line in front',
      ['Authorization:', `Authorization: Bearer ${token}`],
      400,
      'invalid_request',
    ],
    [
      'an empty line behind',
      [`Authorization: Bearer ${token}`, 'Authorization:'],
      400,
      'invalid_request',
    ],
    [
      'a parameter behind the token',
      [`Authorization: Bearer ${token}`, 'Authorization: c="d"'],
      400,
      'invalid_request',
    ],
    ['one line with commas', ['Authorization: Digest a="b", c="d"'], 401, undefined],
    [
      'one line with a comma in the realm',
      ['Authorization: Digest realm="EU, b c"'],
      401,
      undefined,
    ],
    [
      'two lines that join to one quoted-string',
      ['Authorization: Digest realm="EU', `Authorization: Bearer ${token}"`],
      400,
      'invalid_request',
    ],
  ])('answers Authorization: %s', async (_what, lines, status, error) => {
    const response = await sendRaw(await open(), lines);
    expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (error !== undefined) expect(response).toContain(`error="${error}"`);
    expect(response.includes('"client"')).toBe(status === 200);
  });

  it('refuses a POST without reading its body', async () => {
    const request = { method: 'POST', body: 'x'.repeat(100_000) };
    const response = await fetch(await open(), request);
    expect(response.status).toBe(401);
    await expect(response.json()).resolves.toMatchObject({ status: 401 });
  });

  it('responds to HEAD without a body', async () => {
    const response = await fetch(await open(), { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([401, '']);
  });

  it.each([204, 304])('sends status %i of a handler', async (status) => {
    const url = await open(requireRead.wrap(() => new Response(null, { status })));
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect([response.status, response.headers.get('vary')]).toEqual([status, 'Authorization']);
  });

  it('sends a stream while the handler writes it', async () => {
    let proceed = (): void => undefined;
    const proceeded = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const handler = requireRead.wrap(() => {
      const stream = new ReadableStream<string>({
        start: async (controller) => {
          controller.enqueue('first ');
          await proceeded;
          controller.enqueue('second');
          controller.close();
        },
      });
      return new Response(stream.pipeThrough(new TextEncoderStream()));
    });
    const response = await fetch(await open(handler), {
      headers: { authorization: `Bearer ${token}` },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await expect(reader?.read()).resolves.toEqual({ done: false, value: 'first ' });
    proceed();
    await expect(reader?.read()).resolves.toEqual({ done: false, value: 'second' });
  });
});
