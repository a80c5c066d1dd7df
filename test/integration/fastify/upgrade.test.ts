import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listen, openApi, openApp, tokenWith } from './open-app.js';

describe('guardUpgrade() on the server of a Fastify application', () => {
  it('guards upgrades, and gives access to their tokens', async () => {
    const api = openApi();
    const app = openApp();
    const sockets = new WebSocketServer({ noServer: true });
    app.server.on(
      'upgrade',
      api.guardUpgrade({ scope: 'read' }, (req, socket, head) => {
        sockets.handleUpgrade(req, socket, head, (ws) => {
          expect(api.whileAcceptable(req).aborted).toBe(false);
          ws.send(api.accessToken(req).clientId ?? '');
        });
      }),
    );
    const url = await listen(app);
    const open = (headers: Record<string, string>): WebSocket =>
      new WebSocket(url.href.replace('http', 'ws'), { headers });
    const refused = open(tokenWith('write'));
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('403');
    const allowed = open(tokenWith('read'));
    expect(String((await once(allowed, 'message'))[0])).toBe('reports');
    allowed.terminate();
  });
});

describe('whileAcceptable() of a Fastify request', () => {
  it('ends with the response, while the connection stays open', async () => {
    const api = openApi();
    const app = openApp();
    const timers: number[] = [];
    app.get('/', { onRequest: api.requireAccessToken() }, (request) => {
      timers.push(vi.getTimerCount());
      api.whileAcceptable(request);
      timers.push(vi.getTimerCount());
      return 'sales';
    });
    const url = await listen(app);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await (await fetch(url, { headers: tokenWith('') })).text();
    const [before = 0, during = 0] = timers;
    expect(during).toBe(before + 1);
    while (vi.getTimerCount() > before) await setImmediate();
  });

  it('aborts when the token expires, so that a stream can end', async () => {
    let now = Date.now();
    const api = openApi({ clock: () => now });
    const app = openApp();
    app.get('/', { onRequest: api.requireAccessToken() }, (request) => {
      now += 3_600_000;
      const { aborted, reason } = api.whileAcceptable(request);
      return { aborted, reason: (reason as { reason: string }).reason };
    });
    const response = await app.inject({ url: '/', headers: tokenWith('') });
    expect(response.json()).toEqual({ aborted: true, reason: 'expired' });
  });

  it('throws without a guard', async () => {
    const api = openApi();
    const app = openApp();
    app.get('/', (request) => {
      expect(() => api.whileAcceptable(request)).toThrow(TypeError);
      return 'open';
    });
    expect((await app.inject('/')).body).toBe('open');
  });
});
