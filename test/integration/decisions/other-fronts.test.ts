/** One decision for each request outside Express: Fastify, the Fetch Standard, `node:http`, upgrades. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { createResourceServer as createFastifyServer } from '@scopegate/fastify';
import {
  createResourceServer,
  DECISION_CHANNEL,
  type RequestAdapter,
} from '@scopegate/resource-server';
import { createResourceServer as createWebServer } from '@scopegate/web';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { openServer } from '../../support/listen.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const headers = { authorization: `Bearer ${signToken({ scope: 'read write' })}` };

describe('decisions on Fastify', () => {
  const api = createFastifyServer(SECRET_OPTIONS);
  const authenticated = api.requireAccessToken();
  const mayRead = api.requireScope('read');

  it('are one for a request with several guards, in its async context', async () => {
    const events = listenToDecisions();
    const requests = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const record = (): void => void seen.push(requests.getStore());
    subscribe(DECISION_CHANNEL, record);
    onTestFinished(() => {
      unsubscribe(DECISION_CHANNEL, record);
    });
    const app = fastify();
    onTestFinished(() => app.close());
    app.addHook('onRequest', (request, _reply, done) => {
      requests.run(request.url, done);
    });
    app.addHook('onRequest', authenticated);
    await app.register(
      (plugin, _options, done) => {
        plugin.get('/:id', { onRequest: mayRead }, () => 'sales');
        done();
      },
      { prefix: '/v1/:tenant' },
    );
    await app.inject({ url: '/v1/a/7', headers });
    expect(events).toMatchObject([
      {
        outcome: 'allowed',
        route: '/v1/:tenant/:id',
        policy: mayRead.policy,
        earlier: [authenticated.policy],
      },
    ]);
    await app.listen({ port: 0, host: '127.0.0.1' });
    await (await fetch(`${app.listeningOrigin}/v1/a/8`, { headers })).text();
    await (await fetch(`${app.listeningOrigin}/none`, { headers })).text();
    await (await fetch(`${app.listeningOrigin}/v1/a/9`)).text();
    expect(seen).toEqual(['/v1/a/7', '/v1/a/8', '/none', '/v1/a/9']);
    expect(events.slice(2)).toMatchObject([
      { outcome: 'allowed', route: undefined },
      { outcome: 'refused', route: '/v1/:tenant/:id' },
    ]);
  });
});

describe('decisions on requests of the Fetch Standard', () => {
  const api = createWebServer(SECRET_OPTIONS);
  const mayRead = api.requireScope('read');
  const mayWrite = api.requireScope('write');
  const requested = (): Request => new Request('https://api.example.com/', { headers });

  it('are published when the handler of wrap() has returned, guards within it included', async () => {
    const events = listenToDecisions();
    const handler = mayRead.wrap(async (request: Request) => {
      await new Promise(setImmediate);
      await mayWrite(request);
      expect(events).toEqual([]);
      return new Response();
    });
    await handler(requested());
    const policies = { policy: mayWrite.policy, earlier: [mayRead.policy] };
    expect(events).toMatchObject([{ outcome: 'allowed', ...policies }]);
    const nested = mayRead.wrap(mayWrite.wrap(() => new Response()));
    expect(nested(requested())).toBeInstanceOf(Response);
    expect(events).toMatchObject([policies, policies]);
  });

  it('are published when the handler of wrap() throws', async () => {
    const events = listenToDecisions();
    const failure = new Error('broken');
    const sync = mayRead.wrap(() => {
      throw failure;
    });
    expect(() => sync(requested())).toThrow(failure);
    expect(events).toMatchObject([{ outcome: 'allowed' }]);
    const late = mayRead.wrap(() => Promise.reject(failure));
    await expect(late(requested())).rejects.toBe(failure);
    expect(events).toHaveLength(2);
  });

  it('are published after the turn of the event loop in which guards are called', async () => {
    const events = listenToDecisions();
    const request = requested();
    await mayRead(request);
    await mayWrite(request);
    expect(events).toEqual([]);
    await new Promise(setImmediate);
    expect(events).toMatchObject([{ policy: mayWrite.policy, earlier: [mayRead.policy] }]);
    // The end of the request is unknown, and a guard must not go unseen.
    await mayRead(request);
    await new Promise(setImmediate);
    expect(events[1]).toMatchObject({ policy: mayRead.policy, source: 'earlier_guard' });
  });
});

describe('decisions without a framework', () => {
  it('on requests of node:http are published when the response is sent', async () => {
    const events = listenToDecisions();
    const api = createResourceServer(SECRET_OPTIONS);
    const guards = [api.requireAccessToken(), api.requireScope('read')];
    const server = createServer((req, res) => {
      for (const guard of guards) void guard.check(req);
      expect(events).toEqual([]);
      res.end();
    });
    await (await fetch(await openServer(server), { headers })).text();
    expect(events).toMatchObject([{ outcome: 'allowed', earlier: [guards[0]?.policy] }]);
  });

  it('on upgrades are published at once', async () => {
    const events = listenToDecisions();
    const api = createResourceServer(SECRET_OPTIONS);
    const server = createServer();
    const guard = api.guardUpgrade({ scope: 'read' }, (_req, socket) => {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${events.length}`);
    });
    server.on('upgrade', guard);
    const { port } = await openServer(server);
    const socket = connect(Number(port), '127.0.0.1');
    const lines = ['GET / HTTP/1.1', 'Host: a', 'Connection: Upgrade', 'Upgrade: websocket'];
    socket.write([...lines, `Authorization: ${headers.authorization}`, '', ''].join('\r\n'));
    let answer = '';
    socket.on('data', (octets: Buffer) => (answer += octets.toString()));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\n1$/);
    expect(events).toMatchObject([{ outcome: 'allowed', guard: 'guardUpgrade' }]);
  });

  it('of an adapter without responses are published when the exchange has ended, or after a second', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const events = listenToDecisions();
    const ends: (() => void)[] = [];
    const adapter: RequestAdapter<object> = {
      authorization: () => headers.authorization,
      url: () => '/',
      method: () => 'SEND',
      route: () => 'orders',
      onEnd: (_message, listener) => {
        ends.push(listener);
        return () => undefined;
      },
    };
    const api = createResourceServer<string, unknown, object>(SECRET_OPTIONS, adapter);
    const message = {};
    expect(api.requireScope('read').check(message)).toBeUndefined();
    const refusal = api.requireScope('admin').check(message);
    expect(refusal).toMatchObject({ status: 403 });
    const other = {};
    expect(api.requireScope('read').check(other)).toBeUndefined();
    expect(events).toMatchObject([{ outcome: 'refused' }]);
    for (const end of ends) end();
    expect(events).toMatchObject([{ outcome: 'refused' }, { outcome: 'allowed', route: 'orders' }]);
    const endless = {};
    expect(api.requireScope('read').check(endless)).toBeUndefined();
    vi.advanceTimersByTime(1000);
    expect(events.at(2)).toMatchObject({ outcome: 'allowed' });
    // The exchange may go on, and a guard must not go unseen.
    void api.requireScope('admin').check(endless);
    expect(events.at(3)).toMatchObject({ outcome: 'refused', reason: 'scope' });
  });
});
