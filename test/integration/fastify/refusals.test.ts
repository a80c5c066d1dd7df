import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import cors from '@fastify/cors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, openApi, openApp, sendLines, tokenWith } from './open-app.js';

const BODY = '{"type":"about:blank","title":"Unauthorized","status":401,"scope":"read"}';

describe('refusal on Fastify beside other hooks', () => {
  it('adds Authorization to Vary, and exposes its headers next to @fastify/cors', async () => {
    const api = openApi();
    const app = openApp();
    await app.register(cors, { origin: ['https://app.example.com'], exposedHeaders: ['X-Total'] });
    app.get('/', { onRequest: api.requireScope('read') }, () => 'sales');
    const origin = { origin: 'https://app.example.com' };
    const refused = await app.inject({ url: '/', headers: origin });
    expect(refused.headers).toMatchObject({
      vary: 'Origin, Authorization',
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-expose-headers': 'X-Total, WWW-Authenticate, Retry-After',
    });
    const allowed = await app.inject({ url: '/', headers: { ...origin, ...tokenWith('read') } });
    expect(allowed.headers.vary).toBe('Origin, Authorization');
    expect(allowed.headers['access-control-expose-headers']).toBe('X-Total');
  });

  it('leaves preflights to @fastify/cors', async () => {
    const api = openApi();
    const app = openApp();
    await app.register(cors, { origin: true });
    app.addHook('onRequest', api.requireAccessToken());
    app.get('/', () => 'sales');
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' };
    const response = await app.inject({ method: 'OPTIONS', url: '/', headers });
    expect(response.statusCode).toBe(204);
  });

  it('keeps the challenges of other hooks, and removes what describes another body', async () => {
    const api = openApi();
    const app = openApp();
    app.addHook('onRequest', (_request, reply, done) => {
      reply.raw.statusMessage = 'Fine';
      reply.raw.setHeader('Content-Encoding', 'gzip');
      reply.header('ETag', '"1"').header('WWW-Authenticate', 'Basic').header('X-Other', 'kept');
      done();
    });
    app.get('/', { onRequest: api.requireScope('read') }, () => 'sales');
    const { headers, statusMessage } = await app.inject('/');
    expect(statusMessage).toBe('Unauthorized');
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers).toMatchObject({
      'x-other': 'kept',
      'www-authenticate': ['Basic', 'Bearer realm="https://api.example.com", scope="read"'],
    });
  });

  it('passes through the onSend hooks of the application as a Buffer', async () => {
    const api = openApi();
    const app = openApp();
    app.addHook('onSend', async (_request, reply, payload) => {
      await new Promise(setImmediate);
      reply.header('X-Sent', String(Buffer.isBuffer(payload)));
      return payload;
    });
    app.get('/', { onRequest: api.requireScope('read') }, () => 'sales');
    const { headers, body } = await app.inject('/');
    expect([headers['x-sent'], headers['content-type'], body]).toEqual([
      'true',
      'application/problem+json',
      BODY,
    ]);
  });

  it('does not open the route if an onSend hook fails', async () => {
    const api = openApi();
    const app = openApp();
    let calls = 0;
    app.addHook('onSend', () => Promise.reject(new Error('broken')));
    app.get('/', { onRequest: api.requireScope('read') }, () => (calls += 1));
    expect((await app.inject('/')).statusCode).toBe(401);
    expect(calls).toBe(0);
  });

  it('is not sent by a guard whose request was answered while it waited', async () => {
    const api = openApi();
    const app = openApp();
    let answer: () => void = () => undefined;
    const test = (): Promise<boolean> => {
      answer();
      return Promise.resolve(false);
    };
    app.addHook('onRequest', (_request, reply, done) => {
      answer = () => void reply.code(504).send('late');
      done();
    });
    app.get('/', { onRequest: api.require({ check: { name: 'slow', test } }) }, () => 'open');
    const response = await app.inject({ url: '/', headers: tokenWith('') });
    expect([response.statusCode, response.body]).toEqual([504, 'late']);
  });
});

describe('token in the query on Fastify', () => {
  it('keeps the response out of shared caches', async () => {
    const api = openApi({ credentials: ['header', 'query'] });
    const app = openApp();
    app.get('/', { onRequest: api.requireAccessToken() }, () => 'sales');
    const [, token = ''] = tokenWith('').authorization.split(' ');
    const inQuery = await app.inject(`/?access_token=${token}`);
    expect([inQuery.statusCode, inQuery.headers['cache-control']]).toEqual([
      200,
      'private, no-store',
    ]);
    const inHeader = await app.inject({ url: '/', headers: tokenWith('') });
    expect(inHeader.headers['cache-control']).toBeUndefined();
  });

  it('is not accepted in the body, which is read after the guard', () => {
    expect(() => openApi({ credentials: ['header', 'body'] })).toThrow(
      new TypeError('option "credentials" must be an array with "header", and optionally "query"'),
    );
  });
});

describe('refusal on Fastify before a body', () => {
  it('is sent whole while the client is sending, and ends the connection after the body', async () => {
    const api = openApi();
    const app = openApp();
    app.post('/', { onRequest: api.requireScope('read') }, () => 'sales');
    const url = await listen(app);
    const socket = connect(Number(url.port), url.hostname).setEncoding('utf8');
    onTestFinished(() => void socket.destroy());
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n0123456789');
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\nConnection: close\r\n/);
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe(BODY);
    const ended = once(socket, 'end');
    expect(socket.readyState).toBe('open');
    socket.write('0123456789');
    await ended;
  });

  it('keeps the connection open without a body', async () => {
    const api = openApi();
    const app = openApp();
    app.get('/', { onRequest: api.requireScope('read') }, () => 'sales');
    const twice = await sendLines(await listen(app), [
      'GET / HTTP/1.1',
      'Host: a',
      '',
      'HEAD / HTTP/1.1',
      'Connection: close',
    ]);
    expect(twice.match(/HTTP\/1\.1 401/g)).toHaveLength(2);
    expect(twice.split(BODY)).toHaveLength(2);
  });

  it('resets only the stream over HTTP/2', async () => {
    const api = openApi();
    const app = openApp({ http2: true });
    app.post('/', { onRequest: api.requireScope('read') }, () => 'sales');
    const session = connectHttp2(await listen(app));
    onTestFinished(() => {
      session.destroy();
    });
    for (let turn = 0; turn < 2; turn += 1) {
      const stream = session.request({ ':method': 'POST', ':path': '/' });
      stream.on('error', () => undefined);
      stream.write('{');
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
      expect([headers[':status'], headers['connection'], await text(stream)]).toEqual([
        401,
        undefined,
        BODY,
      ]);
    }
  });
});
