import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Refusal, ResourceServerOptions } from '@scopegate/express';
import type { Request, Response } from 'express';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { openServer } from '../../support/listen.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const EIGHT_MEGABYTES = Buffer.alloc(8 * 1024 * 1024, 'x');
const REFUSAL = {
  type: 'about:blank',
  title: 'Unauthorized',
  status: 401,
  scope: 'write',
};

describe.each(EXPRESS_VERSIONS)('a refusal on Express $version before a body', ({ express }) => {
  async function serve(options: Partial<ResourceServerOptions> = {}): Promise<URL> {
    const api = openApi({ ...SECRET_OPTIONS, ...options } as ResourceServerOptions);
    const app = express();
    app.post('/parsed', express.json(), api.requireScope('write'));
    app.post('/', api.requireScope('write'), express.json(), (req: Request, res: Response) => {
      res.json(req.body);
    });
    app.get('/guarded', api.requireScope('write'));
    app.get('/', (_req, res) => void res.json('open'));
    return openServer(createServer(app));
  }

  /** Opens a connection and sends the beginning of a request. */
  function open(url: URL, lines: readonly string[], body = ''): Socket {
    const socket = connect(Number(url.port), url.hostname);
    onTestFinished(() => void socket.destroy());
    socket.setEncoding('utf8');
    socket.write([...lines, 'Host: api.example.com', '', body].join('\r\n'));
    return socket;
  }

  const PARSED = ['POST /parsed HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 2'];
  const PART = ['POST / HTTP/1.1', 'Content-Length: 20'];

  it('is sent whole while the client is sending, and ends the connection after the body', async () => {
    const socket = open(await serve(), PART, '0123456789');
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('\r\nConnection: close\r\n');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual(REFUSAL);
    const ended = once(socket, 'end');
    expect(socket.readyState).toBe('open');
    socket.write('0123456789');
    await ended;
  });

  it('ends the connection after 5 s without the body', async () => {
    const url = await serve();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const socket = open(url, PART, '0123456789');
    await once(socket, 'data');
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(4_999);
    expect(vi.getTimerCount()).toBe(1);
    const ended = once(socket, 'end');
    vi.advanceTimersByTime(1);
    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when the client disconnects', async () => {
    const url = await serve();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const socket = open(url, PART, '0123456789');
    await once(socket, 'data');
    socket.destroy();
    await expect.poll(() => vi.getTimerCount(), { interval: 1 }).toBe(0);
  });

  it('of HEAD has no body, and ends the connection', async () => {
    const url = await serve();
    const socket = open(url, ['HEAD /guarded HTTP/1.1', 'Content-Length: 20'], '0123456789');
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 401 .*\r\nConnection: close\r\n.*\r\n\r\n$/s);
    await once(socket, 'close');
  });

  it.each<[string, readonly string[]]>([
    ['GET without a body', ['GET /none HTTP/1.1']],
    ['POST with an empty body', ['POST / HTTP/1.1', 'Content-Length: 0']],
    ['POST with a parsed body', PARSED],
  ])('keeps the connection for a request that it has read: %s', async (_what, lines) => {
    const socket = open(await serve(), lines, lines.length > 1 ? '{}' : '');
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).not.toContain('\r\nConnection: close\r\n');
    expect(answer).toContain('\r\nConnection: keep-alive\r\n');
  });

  it.each<[string, (res: Response) => unknown, RegExp]>([
    ['res.json()', (res) => res.json('ours'), /Content-Length: 6\r\n.*\r\n\r\n"ours"$/s],
    ['res.end()', (res) => res.end('ours'), /Content-Length: 4\r\n.*\r\n\r\nours$/s],
    ['res.end() in base64', (res) => res.end('b3Vycw==', 'base64'), /\r\n\r\nours$/],
    ['res.end() without content', (res) => res.end(), /Content-Length: 0\r\n.*\r\n\r\n$/s],
    ['res.write() after res.end()', (res) => (res.end('ours'), res.write('more')), /\r\n\r\nours$/],
    [
      'a trailer',
      (res) => (res.setHeader('Trailer', 'X-T'), res.addTrailers({ 'X-T': '1' }), res.end('ours')),
      /\r\n\r\n4\r\nours\r\n$/,
    ],
    ['res.write()', (res) => (res.write('ou'), res.end('rs')), /\r\n\r\n2\r\nou\r\n2\r\nrs\r\n$/],
  ])(
    'of onRefusal is sent whole while the client is sending: %s',
    async (_how, answer, content) => {
      const onRefusal = (error: Refusal, _req: Request, res: Response): void => {
        answer(res.status(error.status).set(error.headers));
      };
      const socket = open(await serve({ onRefusal }), PART, '0123456789');
      const ended = once(socket, 'end').then(() => 'ended');
      let received = '';
      socket.on('data', (text: string) => (received += text));
      await expect.poll(() => received, { interval: 1 }).toMatch(content);
      expect(received).toMatch(/^HTTP\/1\.1 401 .*\r\nConnection: close\r\n/s);
      // Another exchange takes longer than closing the connection would.
      await fetch(await serve());
      expect(socket.readyState).toBe('open');
      socket.write('0123456789');
      expect(await ended).toBe('ended');
    },
  );

  it('ends once', async () => {
    const api = openApi(SECRET_OPTIONS);
    const app = express();
    let ends = 0;
    app.use((_req, res, next) => {
      const end = res.end.bind(res) as (...given: unknown[]) => Response;
      res.end = (...given: unknown[]) => ((ends += 1), end(...given));
      next();
    });
    app.post('/', api.requireScope('write'));
    const socket = open(await openServer(createServer(app)), PART, '01234567890123456789');
    socket.resume();
    await once(socket, 'close');
    expect(ends).toBe(1);
  });

  it('reaches concurrent clients of fetch and node:http that send 8 MB', async () => {
    const url = await serve();
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => {
      agent.destroy();
    });
    const byFetch = async (): Promise<unknown> => {
      const response = await fetch(url, { method: 'POST', body: EIGHT_MEGABYTES });
      return [response.status, await response.json()];
    };
    const byHttp = async (): Promise<unknown> => {
      const headers = { 'content-length': EIGHT_MEGABYTES.length };
      const sending = httpRequest(url, { method: 'POST', agent, headers });
      sending.end(EIGHT_MEGABYTES);
      const [response] = (await once(sending, 'response')) as [IncomingMessage];
      return [response.statusCode, await json(response)];
    };
    const clients = Array.from({ length: 4 }, () => [byFetch(), byHttp()]).flat();
    expect(await Promise.all(clients)).toEqual(clients.map(() => [401, REFUSAL]));
  });

  it('lets clients with keep-alive connections try again with a token', async () => {
    const url = await serve();
    const authorization = `Bearer ${signToken({ scope: 'write' })}`;
    const headers = { 'content-type': 'application/json' };
    for (const attempt of [1, 2]) {
      const body = JSON.stringify({ attempt });
      const refused = await fetch(url, { method: 'POST', headers, body });
      expect([refused.status, await refused.json()]).toEqual([401, REFUSAL]);
      const allowed = await fetch(url, {
        method: 'POST',
        headers: { ...headers, authorization },
        body,
      });
      expect([allowed.status, await allowed.json()]).toEqual([200, { attempt }]);
    }
  });
});
