import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { KeySetUnavailableError } from '@scopegate/access-token';
import {
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
} from '@scopegate/protocol';
import type { Refusal } from '@scopegate/resource-server';
import request, { type Response } from 'supertest';
import { describe, expect, it } from 'vitest';
import { answerOf, refusal } from '../../../../test/support/answers.js';
import { sendRefusal } from './refusal-response.js';

const space = { realm: 'sales' };

async function send(
  error: Refusal,
  prepare: (res: ServerResponse) => unknown = () => undefined,
): Promise<Response> {
  const server = createServer((_req, res) => {
    prepare(res);
    sendRefusal(error, res);
  });
  return request(server).get('/');
}

describe('sendRefusal', () => {
  it.each<[Refusal, ReturnType<typeof refusal>]>([
    [new MissingCredentialsError(space), refusal(401, 'Bearer realm="sales"')],
    [
      new InvalidRequestError('several_locations').inProtectionSpace(space),
      refusal(
        400,
        'Bearer realm="sales", error="invalid_request", error_description="the request must carry the access token in one place"',
        {
          detail: 'the request must carry the access token in one place',
          error: 'invalid_request',
        },
      ),
    ],
    [
      new InvalidTokenError('excess_scope', { scope: 'read' }).inProtectionSpace(space),
      refusal(
        401,
        'Bearer realm="sales", error="invalid_token", error_description="the access token carries more scope than this resource allows", scope="read"',
        {
          detail: 'the access token carries more scope than this resource allows',
          error: 'invalid_token',
          scope: 'read',
        },
      ),
    ],
    [
      new InsufficientScopeError('scope', 'read write').inProtectionSpace(space),
      refusal(
        403,
        'Bearer realm="sales", error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="read write"',
        {
          detail: 'the access token lacks scope for this resource',
          error: 'insufficient_scope',
          scope: 'read write',
        },
      ),
    ],
    [
      new KeySetUnavailableError(17),
      {
        ...refusal(503, undefined, {
          detail: 'the keys of the authorization server are unavailable',
        }),
        retryAfter: '17',
      },
    ],
  ])('answers %s', async (error, answer) => {
    const response = await send(error);
    expect(answerOf(response)).toEqual(answer);
    expect(response.headers['content-length']).toBe(String(Buffer.byteLength(response.text)));
  });

  it('keeps the challenges of other schemes on separate lines', async () => {
    const response = await send(new MissingCredentialsError(space), (res) =>
      res.setHeader('WWW-Authenticate', ['Basic realm="a"', 'Negotiate']),
    );
    expect(response.headers['www-authenticate']).toBe(
      'Basic realm="a", Negotiate, Bearer realm="sales"',
    );
  });

  it('does not modify the array of challenges that the application has set', async () => {
    const challenges = ['Basic realm="a"', 'Negotiate'];
    await send(new MissingCredentialsError(space), (res) =>
      res.setHeader('WWW-Authenticate', challenges),
    );
    expect(challenges).toEqual(['Basic realm="a"', 'Negotiate']);
  });

  it('replaces Cache-Control, Content-Type and Content-Length, and keeps other headers', async () => {
    const response = await send(new MissingCredentialsError(space), (res) => {
      res.setHeader('Cache-Control', 'public, max-age=60');
      res.setHeader('Content-Type', 'text/html');
      res.setHeader('Content-Length', '3');
      res.setHeader('X-Request-Id', '7');
    });
    expect(answerOf(response)).toEqual(refusal(401, 'Bearer realm="sales"'));
    expect(response.headers['x-request-id']).toBe('7');
  });

  it.each<[string, string]>([
    ['Content-Disposition', 'attachment'],
    ['Content-Encoding', 'gzip'],
    ['Content-Language', 'de'],
    ['Content-Range', 'bytes 0-1/2'],
    ['ETag', '"x"'],
    ['Last-Modified', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['Trailer', 'Server-Timing'],
    ['Transfer-Encoding', 'chunked'],
  ])('removes the %s of another body', async (name, value) => {
    const response = await send(new MissingCredentialsError(space), (res) =>
      res.setHeader(name, value),
    );
    expect(answerOf(response)).toEqual(refusal(401, 'Bearer realm="sales"'));
    expect(response.headers).not.toHaveProperty(name.toLowerCase());
  });

  it('resets the reason phrase of another status', () => {
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    res.statusMessage = 'Fine';
    sendRefusal(new MissingCredentialsError(space), res);
    expect(res.statusMessage).toBe('Unauthorized');
  });

  it('sets Retry-After once', async () => {
    const response = await send(new KeySetUnavailableError(17), (res) =>
      res.setHeader('Retry-After', '600'),
    );
    expect(response.headers['retry-after']).toBe('17');
  });

  it.each([
    ['a"b\\c', 'Bearer realm="a\\"b\\\\c"'],
    ['a\r\nSet-Cookie: b=c', 'Bearer realm="a??Set-Cookie: b=c"'],
    ['caf\u00e9 \u65e5', 'Bearer realm="caf? ?"'],
  ])('quotes the realm %j', async (realm, challenge) => {
    const response = await send(new MissingCredentialsError({ realm }));
    expect(answerOf(response)).toEqual(refusal(401, challenge));
    expect(response.headers).not.toHaveProperty('set-cookie');
  });

  it('does nothing after another answer', async () => {
    const response = await send(new MissingCredentialsError(space), (res) =>
      res.writeHead(204).end(),
    );
    expect(response.status).toBe(204);
    expect(response.headers).not.toHaveProperty('www-authenticate');
  });
});
