/* eslint-disable @typescript-eslint/no-unused-vars -- the number of parameters matters */
import { createServer, get, Agent, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express, RequestHandler } from 'express';
import {
  type Guard,
  type RefusalHandler,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import { createTestIssuer } from '@scopegate/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { ODD_VALUES, ODD_WAYS } from '../../support/odd-hooks.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { openApi } from '../../support/test-issuers.js';
import { listen as listenOn } from '../../support/listen.js';

const SEED = 20_261_121;
const RUNS = 150;

type Behave = () => unknown;
type Caller = 'none' | 'forged' | 'narrow' | 'good' | 'expired';

/** A hook that misbehaves, and the callers that it must not let in. */
interface Hook {
  readonly callers: readonly Caller[];
  readonly options?: (behave: Behave) => object;
  readonly guard?: (api: ResourceServer, behave: Behave) => Guard;
}

const REFUSED: readonly Caller[] = ['none', 'forged', 'narrow', 'expired'];

const HOOKS: Readonly<Record<string, Hook>> = {
  'onRefusal without response': {
    callers: REFUSED,
    options: (behave) => ({ onRefusal: () => behave() }),
  },
  'onRefusal with response': {
    callers: REFUSED,
    options: (behave) => ({
      onRefusal: ((_error, _req, _res) => behave()) satisfies RefusalHandler,
    }),
  },
  'onRefusal that has begun': {
    callers: REFUSED,
    options: (behave) => ({
      onRefusal: ((_error, _req, res) => {
        res.statusCode = 418;
        return behave();
      }) satisfies RefusalHandler,
    }),
  },
  'next of onRefusal': {
    callers: REFUSED,
    options: (behave) => ({
      onRefusal: (async (_error, _req, _res, next) => {
        try {
          next(await behave());
        } catch (failure) {
          next(failure);
        }
      }) satisfies RefusalHandler,
    }),
  },
  'claims schema': {
    callers: ['good'],
    options: (behave) => ({
      claims: { '~standard': { version: 1, vendor: 'test', validate: behave } },
    }),
  },
  clock: {
    callers: ['expired'],
    options: (behave) => ({
      clock: () => {
        const time = behave();
        // The verifier does not await the clock, so nothing else handles a rejection.
        if (time instanceof Promise) time.catch(() => undefined);
        return time;
      },
    }),
  },
  fetch: { callers: ['good'], options: (behave) => ({ fetch: behave, secret: undefined }) },
  check: {
    callers: ['good'],
    guard: (api, behave) =>
      api.require({ scope: 'read', check: { name: 'odd', test: () => behave() as boolean } }),
  },
};

const MOUNTS: Readonly<
  Record<string, (express: () => Express, guard: Guard, handler: RequestHandler) => Express>
> = {
  'app.use': (express, guard, handler) => express().use(guard).get('/a/b', handler),
  'app.use with a path': (express, guard, handler) => {
    const app = express().use('/a', guard);
    app.get('/a/b', handler);
    app.use(handler);
    return app;
  },
  'router.use': (express, guard, handler) => {
    // A mounted application is a router that both versions create in the same way.
    const router = express().use(guard).get('/b', handler);
    return express().use('/a', router).use(handler);
  },
  route: (express, guard, handler) => express().get('/a/b', guard, handler),
  'route with several handlers': (express, guard, handler) =>
    express().get('/a/b', [guard, handler], handler),
  'app.all': (express, guard, handler) => express().all('/a/b', guard).get('/a/b', handler),
};

const issuer = await createTestIssuer({ alg: 'ES256', listen: false });
const signed = await issuer.mint({ scope: 'read' });

function tokenOf(caller: Caller, hook: string): string | undefined {
  const now = Math.floor(Date.now() / 1000);
  switch (caller) {
    case 'none':
      return undefined;
    case 'forged':
      return `${signToken({ scope: 'read' }).slice(0, -8)}AAAAAAAA`;
    case 'narrow':
      return signToken({ scope: 'other' });
    case 'expired':
      return signToken({ scope: 'read', iat: now - 7200, exp: now - 3600 });
    case 'good':
      return hook === 'fetch' ? signed : signToken({ scope: 'read' });
  }
}

function optionsOf(hook: string, behave: Behave): ResourceServerOptions {
  const { issuer: name, audience } = issuer.options();
  const trust = hook === 'fetch' ? { issuer: name, audience } : SECRET_OPTIONS;
  const given = HOOKS[hook]?.options?.(behave);
  return { ...trust, ...given, tokenCache: false }; // a hook may return anything
}

function pick(table: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  return fc.constantFrom(...Object.keys(table));
}

describe.each(EXPRESS_VERSIONS)('behind a guard on Express $version', ({ express }) => {
  const agent = new Agent({ keepAlive: true });
  const stray: unknown[] = [];
  const note = (error: unknown): void => {
    stray.push(error);
  };
  let listener: RequestListener = () => undefined;
  const server = createServer((req, res) => {
    listener(req, res);
  });
  let reached = 0;

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    await listenOn(server);
  });

  afterAll(() => {
    process.off('unhandledRejection', note);
    agent.destroy();
    server.close();
  });

  beforeEach(() => {
    reached = 0;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    return () => vi.useRealTimers();
  });

  const handler: RequestHandler = (_req, res) => {
    reached += 1;
    res.json('reached');
  };

  function listen(app: Express | undefined): void {
    app?.set('env', 'test'); // in other environments Express prints errors
    listener = app ?? listener;
  }

  /** Sends a request and advances the timers; `undefined` after minutes without a response. */
  async function ask(token: string | undefined): Promise<number | undefined> {
    const { port } = server.address() as AddressInfo;
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    let status: number | undefined;
    let failure: unknown;
    const sent = get({ port, host: '127.0.0.1', path: '/a/b', agent, headers }, (response) => {
      response.resume().once('end', () => {
        status = response.statusCode;
      });
    }).once('error', (error) => {
      failure = error;
    });
    for (let turn = 0; status === undefined && failure === undefined && turn < 400; turn += 1) {
      await new Promise(setImmediate);
      if (turn > 50) await vi.advanceTimersByTimeAsync(1000);
    }
    sent.destroy();
    return status;
  }

  it.each(Object.entries(HOOKS))(
    'no handler runs and no caller waits forever, whatever this hook does: %s',
    { timeout: 60_000 },
    async (hook, { callers }) => {
      const events = listenToDecisions();
      const cases = fc.record({
        caller: fc.constantFrom(...callers),
        way: pick(ODD_WAYS),
        value: pick(ODD_VALUES),
        mount: pick(MOUNTS),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ caller, way, value, mount }) => {
          reached = 0;
          const behave = (): unknown => ODD_WAYS[way]?.(ODD_VALUES[value]?.());
          const api = openApi(optionsOf(hook, behave));
          const guard = HOOKS[hook]?.guard?.(api, behave) ?? api.requireScope('read');
          listen(MOUNTS[mount]?.(express, guard, handler));
          expect(await ask(tokenOf(caller, hook))).toBeGreaterThanOrEqual(400);
          expect(reached).toBe(0);
        }),
        { seed: SEED, numRuns: RUNS },
      );
      const outcomes = new Set(events.map(({ outcome }) => outcome));
      expect([...outcomes]).not.toContain('allowed');
      expect(events.length).toBeGreaterThanOrEqual(RUNS);
      await new Promise(setImmediate);
      expect(stray).toEqual([]);
    },
  );

  it.each([
    ...(['requireAccessToken', 'optionalAccessToken', 'requireScope', 'requireAnyScope'] as const),
    ...(['require', 'metadata', 'errorHandler'] as const),
  ])('a route that mounts %s uncalled answers 500', async (name) => {
    const api = openApi(SECRET_OPTIONS);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- the mistake under test
    listen(express().get('/a/b', api[name] as unknown as RequestHandler, handler));
    expect(await ask(signToken({ scope: 'read' }))).toBe(500);
    expect(reached).toBe(0);
  });
});
