/** One decision for each request, whatever guards run on it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { createResourceServer, DECISION_CHANNEL, type DecisionEvent } from '@scopegate/express';
import type { RequestHandler, Response } from 'express';
import request from 'supertest';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { openServer } from '../../support/listen.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const headers = {
  authorization: `Bearer ${signToken({ scope: 'read write secret-project', client_id: 'reports' })}`,
};
const end: RequestHandler = (_req, res) => void res.end();

/** A promise, and what fulfils it. */
function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Sends a request that is not answered completely. */
async function begin(server: Server, path = '/'): Promise<ReturnType<typeof get>> {
  const sent = get(new URL(path, await openServer(server)), { headers });
  sent.on('error', () => undefined);
  return sent;
}

describe.each(EXPRESS_VERSIONS)('decisions on Express $version', ({ express }) => {
  const options = { ...SECRET_OPTIONS, scopes: ['read', 'write', 'admin'], identifyClients: true };
  const api = createResourceServer({ ...options, name: 'sales' });
  const authenticated = api.requireAccessToken();
  const mayRead = api.requireScope('read');

  afterEach(() => {
    vi.useRealTimers();
  });

  it('have the last word of several guards, and the policies of the earlier ones', async () => {
    const events = listenToDecisions();
    const app = express().use(authenticated).get('/', mayRead, mayRead, end);
    await request(app).get('/').set(headers).expect(200);
    expect(events).toEqual([
      {
        outcome: 'allowed',
        reason: undefined,
        claim: undefined,
        problem: undefined,
        certificate: undefined,
        scheme: 'Bearer',
        binding: undefined,
        server: 'sales',
        guard: 'requireScope',
        policy: mayRead.policy,
        earlier: [authenticated.policy],
        issuer: SECRET_OPTIONS.issuer,
        claimedIssuer: undefined,
        method: 'GET',
        route: '/',
        source: expect.any(String),
        microseconds: expect.any(Number),
        principal: expect.any(String),
        clientId: 'reports',
        held: { declared: ['read', 'write'], others: 1 },
        excess: undefined,
        trial: undefined,
      },
    ]);
    expect(Object.isFrozen(events[0]?.earlier)).toBe(true);
    expect(JSON.stringify(events)).not.toContain('secret-project');
  });

  it('are refused if the last guard refuses', async () => {
    const events = listenToDecisions();
    const app = express().use(authenticated).get('/:id', api.requireScope('admin'), end);
    await request(app).get('/7').set(headers).expect(403);
    expect(events).toMatchObject([
      {
        outcome: 'refused',
        reason: 'scope',
        route: '/:id',
        clientId: 'reports',
        earlier: [authenticated.policy],
        held: { declared: ['read', 'write'], others: 1 },
      },
    ]);
  });

  it('are those of the last resource server if several guard a request', async () => {
    const events = listenToDecisions();
    const other = createResourceServer({ ...SECRET_OPTIONS, name: 'refunds' });
    await request(express().get('/', mayRead, other.requireScope('write'), end))
      .get('/')
      .set(headers);
    expect(events).toMatchObject([
      { server: 'refunds', clientId: undefined, held: undefined, earlier: [mayRead.policy] },
    ]);
  });

  it.each([
    ['refused', 'after'],
    ['unenforced', 'after'],
    ['unenforced', 'before'],
  ] as const)(
    'do not describe a token that is %s, by another resource server that accepts it %s',
    async (outcome, order) => {
      const events = listenToDecisions();
      const audience = 'https://refunds.example.com';
      const other = createResourceServer({ ...SECRET_OPTIONS, audience, name: 'refunds' });
      const until = new Date(Date.now() + 60_000).toISOString();
      const strict = other.requireAccessToken();
      const guard = outcome === 'refused' ? strict : other.dangerouslyReportOnly(strict, { until });
      const guards = order === 'after' ? [mayRead, guard] : [guard, mayRead];
      await request(express().get('/', guards, end))
        .get('/')
        .set(headers);
      expect(events).toMatchObject([
        {
          outcome,
          reason: 'audience',
          server: 'refunds',
          policy: guard.policy,
          earlier: [mayRead.policy],
          issuer: undefined,
          claimedIssuer: SECRET_OPTIONS.issuer,
          clientId: undefined,
          held: undefined,
          source: undefined,
        },
      ]);
    },
  );

  it('contain the policies by which the handler has allowed the token, each once', async () => {
    const events = listenToDecisions();
    const write = api.policy({ scope: 'write' });
    const admin = api.policy({ scope: 'admin' });
    const app = express().get('/', mayRead, (req, res) => {
      api.assertAllowed(req, write);
      api.isAllowed(req, write);
      res.json(api.isAllowed(req, admin));
    });
    expect((await request(app).get('/').set(headers)).body).toBe(false);
    expect(events).toMatchObject([
      { outcome: 'allowed', policy: mayRead.policy, earlier: [write.policy] },
    ]);
  });

  it('contain the guards that let a request pass which the handler refuses', async () => {
    const events = listenToDecisions();
    const admin = api.policy({ scope: 'admin' });
    const app = express().get('/x/:id', mayRead, (req) => {
      api.assertAllowed(req, admin);
    });
    await request(app.use(api.errorHandler())).get('/x/7').set(headers).expect(403);
    expect(events).toMatchObject([
      { outcome: 'refused', guard: 'handler', route: '/x/:id', earlier: [mayRead.policy] },
    ]);
  });

  it('show whether the token was cached, without hashing it again', async () => {
    const events = listenToDecisions();
    const token = { authorization: `Bearer ${signToken({ scope: 'read', jti: 'source' })}` };
    const app = express().use(authenticated).get('/', mayRead, end);
    for (let index = 0; index < 3; index += 1) await request(app).get('/').set(token);
    expect(events.map(({ source }) => source)).toEqual(['verification', 'cache', 'cache']);
  });

  it('share the scopes of a token', async () => {
    const events = listenToDecisions();
    const reporting = createResourceServer({ ...options, excessScopes: 'report' });
    const app = express().get('/', reporting.requireScope('read'), end);
    for (let index = 0; index < 2; index += 1) await request(app).get('/').set(headers);
    const [first, second] = events;
    expect(first?.excess).toEqual({ declared: ['write'], others: 1 });
    expect(second?.excess).toBe(first?.excess);
    expect(second?.held).toBe(first?.held);
    expect([first?.held, first?.held?.declared, first?.excess].every(Object.isFrozen)).toBe(true);
  });

  it('name the issuer and the client of a refused token whose signature is good', async () => {
    const events = listenToDecisions();
    const app = express().get('/', mayRead, end);
    const expired = signToken({ exp: 1, client_id: 'late' });
    const forged = `${expired.slice(0, -4)}AAAA`;
    for (const token of [expired, forged]) {
      await request(app).get('/').set('Authorization', `Bearer ${token}`).expect(401);
    }
    const claimedIssuer = SECRET_OPTIONS.issuer;
    expect(events).toMatchObject([
      { reason: 'expired', issuer: undefined, claimedIssuer, clientId: 'late', held: undefined },
      { reason: 'signature', issuer: undefined, claimedIssuer, clientId: undefined },
    ]);
  });

  it('of a stream are published within a second after it has begun', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const events = listenToDecisions();
    const app = express().get(
      '/',
      createResourceServer(SECRET_OPTIONS).requireScope('read'),
      (_req, res) => {
        res.write('data: 1\n\n');
      },
    );
    const [response] = (await once(await begin(createServer(app)), 'response')) as [
      IncomingMessage,
    ];
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(events).toMatchObject([{ outcome: 'allowed' }]);
    // No timer runs while no request is pending.
    expect(vi.getTimerCount()).toBe(0);
    response.destroy();
    await once(response, 'close');
    expect(events).toHaveLength(1);
  });

  it('of a handler that takes long are published when it responds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const events = listenToDecisions();
    const responses: Response[] = [];
    const reached = createGate();
    const app = express().get(
      '/',
      createResourceServer(SECRET_OPTIONS).requireScope('read'),
      (_req, res) => {
        responses.push(res);
        reached.open();
      },
    );
    const sent = await begin(createServer(app));
    await reached.opened;
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual([]);
    responses[0]?.end();
    await once(sent, 'response');
    expect(events).toMatchObject([{ outcome: 'allowed' }]);
  });

  it('are published if the client aborts', async () => {
    const events = listenToDecisions();
    const published = createGate();
    const app = express().get('/', mayRead, (_req, res) => {
      res.on('close', published.open);
      sent.destroy();
    });
    const sent = await begin(createServer(app));
    await published.opened;
    expect(events).toMatchObject([{ outcome: 'allowed', route: '/' }]);
  });

  it('are published if the client has aborted while the guard waited', async () => {
    const closed = createGate();
    const checking = createGate();
    const events = listenToDecisions();
    const test = async (): Promise<boolean> => {
      checking.open();
      await closed.opened;
      return true;
    };
    const app = express();
    app.use((_req, res, next) => {
      res.on('close', closed.open);
      next();
    });
    app.get('/', api.require({ scope: 'read', check: { name: 'slow', test } }), end);
    const sent = await begin(createServer(app));
    await checking.opened;
    sent.destroy();
    await closed.opened;
    await expect.poll(() => events).toMatchObject([{ outcome: 'allowed' }]);
  });

  it('are published in the async context of the request, before its span ends', async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    let hasEnded = false;
    const record = (message: unknown): void => {
      const { outcome } = message as DecisionEvent; // the channel has no other messages
      seen.push([outcome, requests.getStore(), hasEnded]);
    };
    subscribe(DECISION_CHANNEL, record);
    onTestFinished(() => {
      unsubscribe(DECISION_CHANNEL, record);
    });
    const app = express();
    app.use((req, res, next) => {
      res.on('close', () => (hasEnded = true));
      requests.run(req.get('x-request') ?? '', next);
    });
    app.get('/', mayRead, (_req, res) => {
      requests.exit(() => setImmediate(() => res.end()));
    });
    for (const name of ['a', 'b']) {
      hasEnded = false;
      await request(app).get('/').set(headers).set('x-request', name);
    }
    await request(app).get('/').set('x-request', 'c');
    expect(seen.slice(0, 2)).toEqual([
      ['allowed', 'a', false],
      ['allowed', 'b', false],
    ]);
    expect(seen[2]).toEqual(['refused', 'c', expect.any(Boolean)]);
  });

  it('add no listener to the response without a subscriber', async () => {
    let listeners = 0;
    const app = express();
    app.use((_req, res, next) => {
      const before = res.listenerCount('close') + res.listenerCount('finish');
      next();
      listeners = res.listenerCount('close') + res.listenerCount('finish') - before;
    });
    app.get('/', mayRead, (_req, res) => {
      setImmediate(() => res.end());
    });
    await request(app).get('/').set(headers).expect(200);
    expect(listeners).toBe(0);
  });
});
