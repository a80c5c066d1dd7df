import { addAbortListener, EventEmitter, getEventListeners, once } from 'node:events';
import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { openServer } from '../../support/listen.js';

let issuer: TestIssuer;
let api: ResourceServer;

beforeEach(async () => {
  issuer = await openIssuer();
  api = openApi(issuer.options());
});

/** Withdraws the key that has signed all tokens so far. */
async function withdrawKey(): Promise<void> {
  const { keys } = (await (await fetch(issuer.jwksUri)).json()) as { keys: { kid: string }[] };
  await issuer.rotateKey();
  for (const { kid } of keys) issuer.withdrawKey(kid);
  // A token signed with the new key makes the verifier fetch the new key set.
  const asking = createServer();
  onTestFinished(() => void asking.close());
  await fetchWith(asking, await bearer(issuer));
}

async function fetchWith(server: Server, headers: Record<string, string>): Promise<void> {
  server.on('request', (req, res) => {
    api.requireAccessToken()(req, res, () => res.end());
  });
  await fetch((await openServer(server)).origin, { headers });
}

describe('whileAcceptable() of a WebSocket', () => {
  async function open(): Promise<WebSocket> {
    const sockets = new WebSocketServer({ noServer: true });
    const server = createServer();
    server.on(
      'upgrade',
      api.guardUpgrade((req, socket, head) => {
        sockets.handleUpgrade(req, socket, head, (ws) => {
          ws.on('error', () => undefined);
          ws.on('message', (data) => {
            ws.send(data);
          });
          addAbortListener(api.whileAcceptable(req), () => {
            ws.close(4403, 'token expired');
          });
        });
      }),
    );
    const { origin: url } = await openServer(server);
    onTestFinished(() => {
      for (const ws of sockets.clients) ws.terminate();
    });
    const headers = await bearer(issuer, { clientId: 'dashboard' });
    return new WebSocket(url.replace('http', 'ws'), { headers });
  }

  it('closes it when the key of its token is withdrawn', async () => {
    const ws = await open();
    await once(ws, 'open');
    ws.send('hello');
    expect(String((await once(ws, 'message'))[0])).toBe('hello');
    const closed = once(ws, 'close');
    await withdrawKey();
    expect(((await closed) as [number, Buffer])[0]).toBe(4403);
  });

  it('leaves no timer when it is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await api.ready();
    const before = vi.getTimerCount();
    const ws = await open();
    await once(ws, 'open');
    ws.terminate();
    await vi.waitUntil(() => vi.getTimerCount() === before);
  });
});

/** The listeners for the end of an exchange or of a signal. */
const listenersOf = (source: EventEmitter | AbortSignal): readonly unknown[] =>
  getEventListeners(source, source instanceof EventEmitter ? 'close' : 'abort');

it('whileAcceptable() adds one listener to an upgraded socket, and removes it when the signals of all watches abort', async () => {
  const server = createServer();
  const counts = new Promise<readonly number[]>((resolve) => {
    server.on(
      'upgrade',
      api.guardUpgrade((req, socket) => {
        const before = socket.listenerCount('close');
        const works = Array.from({ length: 50 }, () => new AbortController());
        for (const { signal } of works) api.whileAcceptable(req, { signal });
        const meanwhile = socket.listenerCount('close');
        for (const work of works) work.abort();
        resolve([before, meanwhile, socket.listenerCount('close')]);
        socket.destroy();
      }),
    );
  });
  const { origin: url } = await openServer(server);
  const headers = { ...(await bearer(issuer)), connection: 'Upgrade', upgrade: 'echo' };
  request(url, { headers })
    .on('error', () => undefined)
    .end();
  const [before = NaN, ...others] = await counts;
  expect(others).toEqual([before + 1, before]);
});

describe('whileAcceptable() on a node:http server without Express', () => {
  it('ends with the response, not with the request body or a persistent connection', async () => {
    const signals: AbortSignal[] = [];
    const guard = api.requireAccessToken();
    const server = createServer((req, res) => {
      guard(req, res, () => {
        // The body has been read, so the request is closed, but the response is still open.
        req.resume().once('close', () => {
          signals.push(api.whileAcceptable(req));
          if (req.url === '/held') res.flushHeaders();
          else res.end();
        });
      });
    });
    const { origin: url } = await openServer(server);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
    });
    const headers = await bearer(issuer);
    const ports = new Set<number | undefined>();
    for (const path of ['/', '/', '/held']) {
      const sent = request(url + path, { method: 'POST', agent, headers }).end('body');
      const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
      ports.add(sent.socket?.localPort);
      if (path !== '/held') await once(response.resume(), 'end');
    }
    await withdrawKey();
    await setImmediate();
    expect(ports.size).toBe(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, true]);
  });
});

describe.each(EXPRESS_VERSIONS)('whileAcceptable() on Express $version', ({ express }) => {
  it('ends an event stream with its token', async () => {
    const app = express().get('/events', api.requireAccessToken(), (req, res) => {
      res.type('text/event-stream').write('data: 1\n\n');
      addAbortListener(api.whileAcceptable(req), () => res.end());
    });
    const { origin: url } = await openServer(createServer(app));
    const response = await fetch(`${url}/events`, { headers: await bearer(issuer) });
    await withdrawKey();
    expect(await response.text()).toBe('data: 1\n\n');
  });

  it('releases a request once its response is closed', async () => {
    const signals: AbortSignal[] = [];
    const shutdown = new AbortController();
    let closed: Promise<unknown> = Promise.resolve();
    const app = express().get('/', api.requireAccessToken(), (req, res) => {
      signals.push(api.whileAcceptable(req));
      signals.push(api.whileAcceptable(req, { signal: shutdown.signal }));
      signals.push(api.whileAcceptable(api.accessToken(req)));
      closed = once(res.end(), 'close').then(() => signals.push(api.whileAcceptable(req)));
    });
    const { origin: url } = await openServer(createServer(app));
    await (await fetch(url, { headers: await bearer(issuer) })).text();
    await closed;
    await withdrawKey();
    await setImmediate();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, true, false]);
  });

  it.each<[string, (res: ServerResponse) => Promise<unknown>]>([
    ['the response closes', (res) => once(res.end(), 'close')],
    ['the key is withdrawn', () => withdrawKey().then(() => setImmediate())],
  ])(
    'adds one listener to response, socket and signal, and removes them when %s',
    async (_what, end) => {
      const shutdown = new AbortController();
      const ends: (EventEmitter | AbortSignal)[] = [shutdown.signal];
      const before: unknown[] = [];
      const app = express().get('/', api.requireAccessToken(), (req, res) => {
        ends.push(res, req.socket);
        before.push(...ends.flatMap(listenersOf));
        for (let i = 0; i < 12; i += 1) {
          api.whileAcceptable(req, { signal: shutdown.signal });
          api.whileAcceptable(req, { signal: AbortSignal.abort() });
        }
        res.write('1');
      });
      const added = (): number[] =>
        ends.map(
          (each) => listenersOf(each).filter((listener) => !before.includes(listener)).length,
        );
      const { origin: url } = await openServer(createServer(app));
      const response = await fetch(url, { headers: await bearer(issuer) });
      expect(added()).toEqual([1, 1, 1]);
      await end(ends[1] as ServerResponse); // the second is the response
      expect(added()).toEqual([0, 0, 0]);
      await response.body?.cancel();
    },
  );

  it('ends with the given signal', async () => {
    const work = new AbortController();
    const signals: AbortSignal[] = [];
    const app = express().get('/', api.requireAccessToken(), (req, res) => {
      signals.push(api.whileAcceptable(req, { signal: work.signal }), api.whileAcceptable(req));
      res.write('1');
    });
    const { origin: url } = await openServer(createServer(app));
    const response = await fetch(url, { headers: await bearer(issuer) });
    work.abort();
    await withdrawKey();
    await setImmediate();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    await response.body?.cancel();
  });

  it('is aborted from the start for a request that waited until its token had expired', async () => {
    const signals: AbortSignal[] = [];
    const app = express().get('/', api.requireAccessToken(), (req, res) => {
      issuer.clock.advance(305_000);
      signals.push(api.whileAcceptable(req));
      res.end();
    });
    const { origin: url } = await openServer(createServer(app));
    await (await fetch(url, { headers: await bearer(issuer) })).text();
    expect(signals[0]?.reason).toMatchObject({ status: 401, reason: 'expired' });
  });

  it('throws for a request without a token and for a foreign token', async () => {
    const other = openApi(issuer.options());
    const thrown: unknown[] = [];
    const attempt = (call: () => unknown): void => {
      try {
        thrown.push(call());
      } catch (error) {
        thrown.push(error instanceof TypeError ? error.message : error);
      }
    };
    const app = express().get('/', api.optionalAccessToken(), (req, res) => {
      attempt(() => api.whileAcceptable(req));
      const token = api.accessTokenIfAny(req);
      if (token) attempt(() => api.whileAcceptable({ ...token }));
      if (token) attempt(() => other.whileAcceptable(token));
      res.end();
    });
    const { origin: url } = await openServer(createServer(app));
    await fetch(url);
    await fetch(url, { headers: await bearer(issuer) });
    const foreign = 'whileAcceptable() expects a token that this verifier has verified';
    expect(thrown).toEqual([
      'this request is anonymous; use accessTokenIfAny() behind optionalAccessToken()',
      expect.any(AbortSignal),
      foreign,
      foreign,
    ]);
  });
});
