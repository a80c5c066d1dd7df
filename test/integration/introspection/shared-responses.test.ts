/** Introspection responses that the nodes of a fleet share. */
import type { IntrospectionCache } from '@scopegate/access-token';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { type Express, forEachExpress } from '../../support/express-versions.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';
import { settle } from '../../support/settle.js';
import { createStubIntrospectionCache } from '../../support/stub-caches.js';

/** The status of a request to one node. */
type Node = (token: string, path?: '/' | '/fresh') => Promise<number>;

interface NodeOptions {
  readonly issuer: TestIssuer;
  readonly cache: IntrospectionCache;
  readonly introspection?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

function openNode(express: Express, { issuer, cache, introspection, options }: NodeOptions): Node {
  const shared = {
    tokens: 'both',
    ...issuer.introspectionClient,
    cache,
    ...introspection,
  } as const;
  const api = openApi({ ...issuer.options(), introspection: shared, ...options });
  const app = express();
  app.get('/', api.require({ scope: 'read' }), (_req, res) => res.sendStatus(200));
  app.get('/fresh', api.require({ scope: 'read', fresh: true }), (_req, res) => {
    res.sendStatus(200);
  });
  return async (token, path = '/') => {
    const { status } = await request(app).get(path).set('authorization', `Bearer ${token}`);
    await settle();
    return status;
  };
}

const mint = (issuer: TestIssuer, overrides: object = {}): Promise<string> =>
  issuer.opaque({ scope: 'read', ...overrides });

forEachExpress((express) => {
  describe('introspection › shared responses', () => {
    it('the nodes of a fleet ask once about a token', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const nodes = [1, 2, 3].map(() => openNode(express, { issuer, cache }));
      const token = await mint(issuer);
      for (const node of nodes) expect(await node(token)).toBe(200);
      expect(issuer.requests.introspection).toBe(1);
      const [, key, record, lifetimeMs] = cache.callsOf('write')[0] ?? [];
      expect([key, lifetimeMs]).toEqual([expect.stringMatching(/^[\w-]{43}$/), 10_000]);
      expect(record).toMatchObject({ members: { active: true }, askedAt: issuer.clock() });
    });

    it('a response is used for cacheSeconds after its request, whichever node made that', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const [a, b] = [openNode(express, { issuer, cache }), openNode(express, { issuer, cache })];
      const token = await mint(issuer);
      expect(await a(token)).toBe(200);
      issuer.revoke(token);
      issuer.clock.advance(6_000);
      expect(await b(token)).toBe(200);
      issuer.clock.advance(3_999);
      expect([await b(token), issuer.requests.introspection]).toEqual([200, 1]);
      issuer.clock.advance(1);
      expect([await b(token), issuer.requests.introspection]).toEqual([401, 2]);
      expect(cache.records.size).toBe(0);
    });

    it('a response is never used past exp', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const token = await mint(issuer, { expiresInSeconds: 5 });
      expect(await openNode(express, { issuer, cache })(token)).toBe(200);
      const lifetimeMs = Number(cache.callsOf('write')[0]?.[3]);
      // `exp` is a whole second.
      expect(lifetimeMs > 3_999 && lifetimeMs <= 5_000).toBe(true);
      issuer.clock.advance(5_000);
      expect(await openNode(express, { issuer, cache })(token)).toBe(401);
      expect(issuer.requests.introspection).toBe(2);
    });

    it('an inactive token is never stored, and needs no command to remove it', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const node = openNode(express, { issuer, cache });
      for (const token of ['made-up-1', 'made-up-2']) expect(await node(token)).toBe(401);
      expect(cache.calls.map(([method]) => method)).toEqual(['read', 'read']);
    });

    it('fresh asks the authorization server each time, and shares what it says', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const [a, b] = [openNode(express, { issuer, cache }), openNode(express, { issuer, cache })];
      const token = await mint(issuer);
      expect(await a(token)).toBe(200);
      expect([await b(token, '/fresh'), await b(token, '/fresh')]).toEqual([200, 200]);
      expect([issuer.requests.introspection, cache.callsOf('read').length]).toEqual([3, 1]);
    });

    it('a token that fresh finds inactive is removed for all nodes, and used by no older response', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const nodes = [1, 2, 3].map(() => openNode(express, { issuer, cache }));
      const [a, b, c] = nodes;
      const token = await mint(issuer);
      expect(await a?.(token)).toBe(200);
      const [[key, older] = []] = cache.records;
      issuer.revoke(token);
      expect(await b?.(token, '/fresh')).toBe(401);
      expect(cache.records.size).toBe(0);
      expect(await c?.(token)).toBe(401);
      // A write that was under way ends later.
      if (key === undefined || older === undefined) throw new Error('nothing was stored');
      cache.records.set(key, older);
      issuer.clock.advance(5_000);
      expect([await b?.(token), issuer.requests.introspection]).toEqual([401, 4]);
    });

    it.each([
      ['names another user', { sub: 'bob' }],
      ['is for another audience', { aud: 'https://other.example' }],
      ['is about a refresh token', { token_type: 'refresh_token' }],
    ])('after a fresh response that %s, no older one is used', async (_what, change) => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      let said: object = {
        active: true,
        sub: 'ann',
        scope: 'read',
        aud: issuer.options().audience,
      };
      let asked = 0;
      const fetch = (): Promise<Response> => {
        asked += 1;
        return Promise.resolve(Response.json(said));
      };
      const introspection = { tokens: 'opaque', endpoint: issuer.introspectionEndpoint };
      const node = { issuer, cache, introspection, options: { fetch } };
      const [a, b] = [openNode(express, node), openNode(express, node)];
      expect([await a('token'), await b('token'), asked]).toEqual([200, 200, 1]);
      said = { ...said, ...change };
      expect([await b('token', '/fresh'), asked]).toEqual([401, 2]);
      issuer.clock.advance(6_000);
      await b('token');
      expect(asked).toBe(3);
    });

    it('a node that has found a token inactive uses no older response that arrives later', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const token = await mint(issuer);
      expect(await openNode(express, { issuer, cache })(token)).toBe(200);
      const [[key, older] = []] = cache.records;
      if (key === undefined || older === undefined) throw new Error('nothing was stored');
      // The other node has asked, but its write is still under way.
      cache.records.clear();
      issuer.revoke(token);
      const node = openNode(express, { issuer, cache });
      expect(await node(token)).toBe(401);
      cache.records.set(key, older);
      issuer.clock.advance(6_000);
      expect(await node(token)).toBe(401);
    });

    it.each([1, 30_000])('a response from a clock that is %d ms ahead is not used', async (ms) => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const options = { clock: () => issuer.clock() + ms };
      const token = await mint(issuer);
      expect(await openNode(express, { issuer, cache, options })(token)).toBe(200);
      expect(await openNode(express, { issuer, cache })(token)).toBe(200);
      expect(issuer.requests.introspection).toBe(2);
    });

    it('a response is used while the authorization server is down', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const token = await mint(issuer);
      expect(await openNode(express, { issuer, cache })(token)).toBe(200);
      const other = await mint(issuer);
      await issuer.stop();
      const node = openNode(express, { issuer, cache });
      expect([await node(token), await node(other)]).toEqual([200, 503]);
    });

    it('a response of another client, or of another kind, is not used', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const token = await mint(issuer);
      await openNode(express, { issuer, cache })(token);
      const signed = { signed: true };
      expect(await openNode(express, { issuer, cache, introspection: signed })(token)).toBe(200);
      expect([issuer.requests.introspection, cache.records.size]).toEqual([2, 2]);
    });

    const forged: [what: string, change: (record: Record<string, unknown>) => unknown][] = [
      ['is about another issuer', (members) => ({ ...members, iss: 'https://x.example' })],
      ['is about a refresh token', (members) => ({ ...members, token_type: 'refresh_token' })],
      ['is not active', (members) => ({ ...members, active: false })],
      ['has members of another prototype', () => new Map([['active', true]])],
    ]; // prettier-ignore

    it.each(forged)('a record that %s is a miss, and no refusal', async (_what, change) => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const token = await mint(issuer);
      await openNode(express, { issuer, cache })(token);
      for (const [key, { members, askedAt }] of cache.records) {
        // A store of JavaScript may return anything.
        const forgery = change(members) as Record<string, unknown>;
        cache.records.set(key, { members: forgery, askedAt });
      }
      expect(await openNode(express, { issuer, cache })(token)).toBe(200);
      expect(issuer.requests.introspection).toBe(2);
    });

    it('a record whose claims do not suffice is refused like a response', async () => {
      const issuer = await openIssuer();
      const cache = createStubIntrospectionCache();
      const token = await mint(issuer);
      await openNode(express, { issuer, cache })(token);
      const other = { audience: 'https://other.example' };
      expect(await openNode(express, { issuer, cache, options: other })(token)).toBe(401);
    });

    it.each<[how: string, call: () => never | Promise<never>]>([
      ['throws', () => { throw new Error('down'); }],
      ['rejects', () => Promise.reject(new Error('down'))],
      ['hangs', () => new Promise<never>(() => undefined)],
    ])('a store that %s changes no answer', async (_how, call) => {
      const issuer = await openIssuer();
      const cache = { read: call, write: call, remove: call };
      const node = openNode(express, { issuer, cache });
      const token = await mint(issuer);
      expect([await node(token), await node('made-up')]).toEqual([200, 401]);
      issuer.revoke(token);
      expect([await node(token), await node(token, '/fresh')]).toEqual([200, 401]);
    }); // prettier-ignore
  });
});

describe('introspection.cache', () => {
  const cache = createStubIntrospectionCache();

  it.each<[what: string, given: object, message: RegExp]>([
    [
      'a time',
      { cache: 60 },
      /must be an object with the methods read\(\), write\(\) and remove\(\)/,
    ],
    [
      'a store without remove()',
      { cache: { ...cache, remove: undefined } },
      /must be an object with the methods/,
    ],
    ['null', { cache: null }, /must be an object with the methods/],
    [
      'a store for JWTs only',
      { cache, tokens: 'jwt' },
      /requires "tokens" to be "opaque" or "both"/,
    ],
    [
      'a store with cacheSeconds: 0',
      { cache, cacheSeconds: 0 },
      /cannot be combined with "cacheSeconds": 0/,
    ],
    [
      'a store without clientId',
      { cache, clientId: undefined, clientSecret: undefined, authenticate: () => undefined },
      /requires "clientId"/,
    ],
  ])('refuses %s', async (_what, given, message) => {
    const issuer = await openIssuer();
    const introspection = { tokens: 'opaque', ...issuer.introspectionClient, ...given };
    // The types refuse most of these.
    const options = { ...issuer.options(), introspection: introspection as never };
    expect(() => openApi(options)).toThrow(TypeError);
    expect(() => openApi(options)).toThrow(message);
  });
});
