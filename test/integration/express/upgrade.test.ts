import { once } from 'node:events';
import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { ResourceServer, UpgradeHandler } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { listen } from '../../support/listen.js';

const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

/** Switches protocols, then echoes what it receives, starting with `head`. */
function echo(_req: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => undefined);
  socket.write(SWITCHING);
  if (head.length > 0) socket.unshift(head);
  socket.pipe(socket);
}

/** A server that guards its upgrades. */
interface Served {
  readonly port: number;
  /** The socket of the first upgrade, before the guard looks at it. */
  readonly upgraded: Promise<Duplex>;
}

async function serve(
  api: Pick<ResourceServer, 'guardUpgrade'>,
  onUpgrade: UpgradeHandler = echo,
  onArrival: () => void = () => undefined,
): Promise<Served> {
  const sockets: Socket[] = [];
  // A request for /held is never answered.
  const server = createServer((req, res) => {
    if (req.url !== '/held') res.end();
  });
  const guard = api.guardUpgrade({ scope: 'read:analytics' }, onUpgrade);
  const { promise: upgraded, resolve } = resolvers<Duplex>();
  server.on('connection', (socket) => sockets.push(socket));
  server.on('upgrade', (req, socket, head) => {
    resolve(socket);
    onArrival();
    guard(req, socket, head);
  });
  const { port } = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: Number(port), upgraded };
}

/** Resolves when a socket has closed, with or without an error. */
async function gone(socket: Duplex): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  // `closed` is set before the event is emitted, which happens at the end of an event loop turn.
  await setImmediate();
  await setImmediate();
}

/** Sends an upgrade request, preceded by `earlier` requests and followed by `early` octets. */
function ask(
  port: number,
  fields: readonly string[],
  { early = '', method = 'GET', path = '/feed', earlier = '' } = {},
): Socket {
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => undefined);
  const line = `${method} ${path} HTTP/1.1`;
  const lines = [line, 'Host: a', 'Connection: Upgrade', 'Upgrade: echo', ...fields];
  client.write(`${earlier}${lines.join('\r\n')}\r\n\r\n${early}`);
  onTestFinished(() => void client.destroy());
  return client;
}

/** Options whose `fetch` waits until it is released. */
function withGate(options: ReturnType<TestIssuer['options']>): {
  options: ReturnType<TestIssuer['options']> & { fetch: typeof fetch };
  asked: Promise<undefined>;
  open: () => void;
} {
  const [gate, asked] = [resolvers<undefined>(), resolvers<undefined>()];
  const heldBack: typeof fetch = async (...given) => {
    asked.resolve(undefined);
    await gate.promise;
    return fetch(...given);
  };
  return {
    options: { ...options, fetch: heldBack },
    asked: asked.promise,
    open: () => {
      gate.resolve(undefined);
    },
  };
}

function resolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe('guardUpgrade', () => {
  let issuer: TestIssuer;
  let api: ResourceServer;

  const authorization = async (scope = 'read:analytics'): Promise<string> =>
    `Authorization: ${(await bearer(issuer, { scope, clientId: 'dashboard' }))['authorization'] ?? ''}`;

  beforeEach(async () => {
    issuer = await openIssuer();
    api = openApi({ ...issuer.options(), realm: 'sales', onRefusal: () => expect.unreachable() });
  });

  it('calls the handler for a good token, which accessToken() returns', async () => {
    const clients: unknown[] = [];
    const { port } = await serve(api, (req, socket, head) => {
      clients.push(api.accessToken(req).clientId);
      echo(req, socket, head);
    });
    expect(await text(ask(port, [await authorization()]).end())).toBe(SWITCHING);
    expect(clients).toEqual(['dashboard']);
  });

  it('passes a socket on which the handler may send its own response', async () => {
    const { port } = await serve(api, (req, socket) => {
      const res = new ServerResponse(req);
      res.assignSocket(req.socket);
      res.writeHead(404, { Connection: 'close' }).end(() => socket.end());
    });
    expect(await text(ask(port, [await authorization()]))).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('handles a reset until the handler has settled, then removes its listener for errors', async () => {
    const [begun, prepared] = [resolvers<Duplex>(), resolvers<undefined>()];
    const { port } = await serve(api, async (_req, socket) => {
      begun.resolve(socket);
      await prepared.promise;
    });
    const client = ask(port, [await authorization()]);
    const socket = await begun.promise;
    expect(socket.listenerCount('error')).toBe(1);
    client.resetAndDestroy();
    await gone(socket);
    prepared.resolve(undefined);
    await setImmediate();
    expect(socket.listenerCount('error')).toBe(0);
    expect(await text(ask(port, []))).toMatch(/^HTTP\/1\.1 401 /);
  });

  interface RefusedUpgrade {
    readonly what: string;
    readonly status: number;
    readonly challenge: string;
    readonly fields: () => Promise<readonly string[]>;
  }

  it.each<RefusedUpgrade>([
    {
      what: 'without a token',
      status: 401,
      challenge: 'Bearer realm="sales", scope="read:analytics"',
      fields: () => Promise.resolve([]),
    },
    {
      what: 'with two Authorization lines, though both are good',
      status: 400,
      challenge:
        'Bearer realm="sales", error="invalid_request", error_description="the request must carry one Authorization header"',
      fields: async () => [await authorization(), await authorization()],
    },
    {
      what: 'with a forged token',
      status: 401,
      challenge:
        'Bearer realm="sales", error="invalid_token", error_description="the signature of the access token is not valid", scope="read:analytics"',
      fields: async () => [(await authorization()).replace(/\.[^.]*$/, `.${'A'.repeat(86)}`)],
    },
    {
      what: 'with insufficient scope',
      status: 403,
      challenge:
        'Bearer realm="sales", error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="read:analytics"',
      fields: async () => [await authorization('write:analytics')],
    },
  ])(
    'refuses an upgrade $what with one complete response',
    async ({ status, challenge, fields }) => {
      const { port } = await serve(api, () => expect.unreachable());
      const client = ask(port, await fields());
      const answer = await text(client);
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      const lines = head.split('\r\n').filter((line) => !line.startsWith('Date: '));
      expect(lines[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(lines.slice(1).sort()).toEqual(
        [
          'Cache-Control: no-store',
          'Connection: close',
          `Content-Length: ${body.length}`,
          'Content-Type: application/problem+json',
          'Vary: Authorization',
          `WWW-Authenticate: ${challenge}`,
        ].sort(),
      );
      expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status });
    },
  );

  it('refuses an upgrade by HEAD with a response without content', async () => {
    const { port } = await serve(api, () => expect.unreachable());
    const answer = await text(ask(port, [], { method: 'HEAD' }));
    expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*\r\nContent-Length: [1-9]\d+\r\n[^]*\r\n\r\n$/);
  });

  it.each([
    ['ignores one in the query', 401, () => Promise.resolve([])],
    ['refuses one in the query and one in the header', 400, async () => [await authorization()]],
  ])('reads the token from the header alone: %s', async (_what, status, fields) => {
    const query = openApi({ ...issuer.options(), credentials: ['header', 'query'] });
    const { port } = await serve(query, () => expect.unreachable());
    const path = `/feed?access_token=${await issuer.mint({ scope: 'read:analytics' })}`;
    expect(await text(ask(port, await fields(), { path }))).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} `),
    );
  });

  it('answers 503 while the keys are unavailable', async () => {
    const fields = [await authorization()];
    await issuer.stop();
    const { port } = await serve(api, () => expect.unreachable());
    const answer = await text(ask(port, fields));
    expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(answer).toMatch(/\r\nRetry-After: 1\r\n/);
    expect(answer).not.toMatch(/WWW-Authenticate/i);
  });

  it('publishes each decision once', async () => {
    const { port } = await serve(api);
    const events = listenToDecisions();
    await text(ask(port, []));
    await text(ask(port, [await authorization()]).end());
    expect(events).toMatchObject([
      { outcome: 'refused', reason: 'missing_credentials', method: 'GET', route: undefined },
      { outcome: 'allowed', issuer: issuer.issuer },
    ]);
  });

  it('keeps octets that arrive with the request and while the keys are fetched', async () => {
    const { options, asked, open } = withGate(issuer.options());
    const { port } = await serve(openApi(options));
    const client = ask(port, [await authorization()], { early: 'early, ' });
    await asked;
    client.end('and while it waits');
    open();
    expect(await text(client)).toBe(`${SWITCHING}early, and while it waits`);
  });

  it.each([
    ['is reset without a token', [], (client: Socket) => client.resetAndDestroy()],
    [
      'is reset with a bad token',
      ['Authorization: Bearer a'],
      (client: Socket) => client.resetAndDestroy(),
    ],
    ['is closed without a token', [], (client: Socket) => client.destroy()],
  ])('handles a connection that %s when the upgrade arrives', async (_what, fields, leave) => {
    const clients: Socket[] = [];
    const { port, upgraded } = await serve(api, echo, () => {
      const client = clients.pop();
      if (client) leave(client);
    });
    clients.push(ask(port, fields));
    await gone(await upgraded);
    expect(await text(ask(port, []))).toMatch(/^HTTP\/1\.1 401 /);
  });

  it.each([
    ['a good token', 'read:analytics'],
    ['too little scope', 'other'],
  ])('handles a reset while the keys are fetched, with %s', async (_what, scope) => {
    const { options, asked, open } = withGate(issuer.options());
    const onUpgrade = vi.fn(echo);
    const { port, upgraded } = await serve(openApi(options), onUpgrade);
    const client = ask(port, [await authorization(scope)]);
    await asked;
    client.resetAndDestroy();
    const socket = await upgraded;
    await gone(socket);
    open();
    expect(await text(ask(port, [await authorization('other')]))).toMatch(/^HTTP\/1\.1 403 /);
    expect(onUpgrade).not.toHaveBeenCalled();
    expect(socket).toHaveProperty('bytesWritten', 0);
  });

  it('destroys the socket of a refused client that never closes its side', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { port, upgraded } = await serve(api);
    const client = ask(port, []).resume();
    await once(client, 'end');
    const socket = await upgraded;
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(2_000);
    await gone(socket);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['closes its side', ''],
    ['closes its side after sending octets that are never read', 'x'.repeat(200_000)],
  ])('releases a refused client that %s, before the time limit', async (_what, early) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { port, upgraded } = await serve(api);
    const client = ask(port, [], { early }).end();
    expect(await text(client)).toMatch(/^HTTP\/1\.1 401 /);
    await gone(await upgraded);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, () => Promise<readonly string[]>]>([
    ['a refusal', () => Promise.resolve([])],
    ['a good token', async () => [await authorization()]],
  ])(
    'closes the connection while an earlier response is pending, with %s',
    async (_what, fields) => {
      const onUpgrade = vi.fn(echo);
      await api.ready();
      const { port } = await serve(api, onUpgrade);
      const earlier = 'GET /held HTTP/1.1\r\nHost: a\r\n\r\n';
      expect(await text(ask(port, await fields(), { earlier }).end())).toBe('');
      expect(onUpgrade).not.toHaveBeenCalled();
    },
  );

  it('calls the handler after an earlier response has finished', async () => {
    const { port } = await serve(api);
    const earlier = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const client = ask(port, [await authorization()], { earlier }).end();
    const [first = '', second] = (await text(client)).split(/(?=HTTP\/1\.1 101)/);
    expect(first).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(second).toBe(SWITCHING);
  });
});

describe('a handler of guardUpgrade that fails', () => {
  const failing: [string, UpgradeHandler][] = [
    [
      'throws',
      () => {
        throw new Error('no room for tenant acme-42');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no room for tenant acme-42'))],
  ];

  async function openFailing(
    onUpgrade: UpgradeHandler,
  ): Promise<{ client: Socket; warned: Promise<Error> }> {
    const issuer = await openIssuer();
    const { port } = await serve(openApi(issuer.options()), onUpgrade);
    const warned = once(process, 'warning').then(([warning]) => warning as Error);
    const { authorization = '' } = await bearer(issuer, { scope: 'read:analytics' });
    return { client: ask(port, [`Authorization: ${authorization}`]), warned };
  }

  it.each(failing)('and %s is answered with 500 and causes a warning', async (_how, onUpgrade) => {
    const { client, warned } = await openFailing(onUpgrade);
    const answer = await text(client);
    expect(answer).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    expect(answer).toContain('\r\nVary: Authorization\r\n');
    const warning = await warned;
    expect(warning).toMatchObject({
      code: 'SCOPEGATE_UPGRADE_FAILED',
      cause: { message: 'no room for tenant acme-42' },
    });
    expect(`${String(warning)} ${warning.stack ?? ''}`).not.toContain('acme-42');
  });

  it.each(failing)('and %s after the switch has its socket destroyed', async (_how, fail) => {
    const { client, warned } = await openFailing(async (req, socket, head) => {
      socket.write(SWITCHING);
      await fail(req, socket, head);
    });
    const answer = await text(client).catch(() => SWITCHING);
    expect(answer === '' || answer === SWITCHING).toBe(true);
    expect(await warned).toMatchObject({ code: 'SCOPEGATE_UPGRADE_FAILED' });
  });
});

describe('guardUpgrade arguments', () => {
  it('require no scope with a handler alone', async () => {
    const issuer = await openIssuer();
    const api = openApi(issuer.options());
    const { port } = await serve({ guardUpgrade: () => api.guardUpgrade(echo) });
    const { authorization = '' } = await bearer(issuer, { scope: 'other' });
    expect(await text(ask(port, [`Authorization: ${authorization}`]).end())).toBe(SWITCHING);
    expect(await text(ask(port, []))).toMatch(/^HTTP\/1\.1 401 /);
  });

  it.each<[string, unknown[], string]>([
    ['no handler', [{ scope: 'a' }], 'the last argument of guardUpgrade() must be a function'],
    ['nothing', [], 'the last argument of guardUpgrade() must be a function'],
    [
      'an empty policy',
      [{}, echo],
      'guardUpgrade() requires "scope", "atMost", "principal", "senderConstraint", "acrValues", "maxAgeSeconds", "fresh", "check" or "trial"; to require only a valid token, use guardUpgrade(onUpgrade)',
    ],
    ['an absent scope', [{ scope: undefined }, echo], 'use guardUpgrade(onUpgrade)'],
    ['an absent policy', [undefined, echo], 'guardUpgrade() expects an options object'],
    ['a misspelt policy', [{ scop: 'a' }, echo], 'did you mean "scope"?'],
  ])('throw for %s', (_what, given, message) => {
    const api = openApi({ issuer: 'https://auth.example.com', audience: 'api' });
    expect(() => Reflect.apply(Reflect.get(api, 'guardUpgrade'), api, given) as unknown).toThrow(
      message,
    );
  });
});
