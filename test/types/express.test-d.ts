import express from 'express';
import type express4 from 'express4-types';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type AccessPolicy,
  type AccessTokenClaims,
  allOf,
  anyOf,
  createResourceServer,
  type Guard,
  type HandlerPolicy,
  type ImpliedScopes,
  type Middleware,
  type Refusal,
  type ResourceServer,
  type Trust,
  type UpgradeGuard,
  type VerifiedAccessToken,
} from '@scopegate/express';
import { createTestIssuer } from '@scopegate/testing';
import { SECRET_OPTIONS } from '../support/tokens.js';

const { issuer, audience, secret } = SECRET_OPTIONS;
const api = createResourceServer({ issuer, audience, secret, scopes: ['read', 'write'] });
const open = createResourceServer({ issuer, audience, secret });

/** A Standard Schema by hand, as zod, valibot and arktype make them. */
const tenantSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (claims: unknown) =>
      typeof claims === 'object' && claims !== null && 'tenant' in claims
        ? { value: { tenant: String(claims.tenant) } }
        : { issues: [{ message: 'no tenant' }] },
  },
} as const;

describe('a policy', () => {
  it('may require the authentication of a user, of an unknown principal, or of a kind that varies', () => {
    const maxAgeSeconds = 300;
    expectTypeOf(api.require({ principal: 'user', acrValues: ['phr'] })).toEqualTypeOf<Guard>();
    expectTypeOf(api.require({ scope: 'read', maxAgeSeconds })).toEqualTypeOf<Guard>();
    for (const principal of ['user', 'client', undefined] as const) {
      expectTypeOf(api.require({ scope: 'read', principal })).toEqualTypeOf<Guard>();
    }
    const policy: HandlerPolicy<'read'> = { scope: 'read', acrValues: ['phr', 'phrh'] };
    expectTypeOf(api.policy(policy)).toEqualTypeOf<AccessPolicy>();
  });
});

describe('option scopes', () => {
  it('is inferred from literals', () => {
    expectTypeOf(api).toEqualTypeOf<ResourceServer<'read' | 'write', AccessTokenClaims>>();
    expectTypeOf(open).toEqualTypeOf<ResourceServer<string, AccessTokenClaims>>();
    expectTypeOf<(typeof api)['requireScope']>().parameter(0).toEqualTypeOf<'read' | 'write'>();
  });

  it('allows declared scopes', () => {
    expectTypeOf(api.requireScope('read', 'write')).toEqualTypeOf<Guard>();
    expectTypeOf(api.requireAnyScope('write')).toEqualTypeOf<Guard>();
    const scope = allOf('read', anyOf('read', allOf('write')));
    expectTypeOf(api.require({ scope, atMost: ['read', 'write'] })).toEqualTypeOf<Guard>();
    expectTypeOf(open.requireScope('anything')).toEqualTypeOf<Guard>();
  });

  it('refuses undeclared scopes', () => {
    // @ts-expect-error: a typing mistake
    expect(() => api.requireScope('raed')).toThrow(TypeError);
    // @ts-expect-error: a typing mistake, not in the first place
    expect(() => api.requireScope('read', 'wirte')).toThrow(TypeError);
    // @ts-expect-error: a typing mistake
    expect(() => api.requireAnyScope('raed')).toThrow(TypeError);
    // @ts-expect-error: a typing mistake
    expect(() => api.require({ scope: 'raed' })).toThrow(TypeError);
    // @ts-expect-error: a typing mistake, deep inside
    expect(() => api.require({ scope: allOf('read', anyOf('raed')) })).toThrow(TypeError);
    // @ts-expect-error: a typing mistake
    expect(() => api.require({ scope: 'read', atMost: ['read', 'wirte'] })).toThrow(TypeError);
  });

  it('refuses a call without scopes', () => {
    // @ts-expect-error: no scope
    expect(() => api.requireScope()).toThrow(TypeError);
    // @ts-expect-error: no scope
    expect(() => open.requireScope()).toThrow(TypeError);
    // @ts-expect-error: no scope
    expect(() => open.requireAnyScope()).toThrow(TypeError);
    // @ts-expect-error: no scope
    expect(() => open.require({ scope: allOf() })).toThrow(TypeError);
    // @ts-expect-error: no scope
    expect(() => open.require({ scope: anyOf() })).toThrow(TypeError);
  });
});

describe('ResourceServer', () => {
  it('with typed scopes and claims is assignable to a plain one', () => {
    const typed = createResourceServer({
      ...SECRET_OPTIONS,
      scopes: ['read'],
      claims: tenantSchema,
    });
    const mount = (given: ResourceServer): string => given.requireScope('read').name;
    expect(mount(typed)).toBe('requireScope');
    expectTypeOf<ResourceServer<'a', { tenant: string }>>().toExtend<ResourceServer>();
    expectTypeOf<ReturnType<ResourceServer['accessToken']>['claims']>().toBeUnknown();
  });

  it('accepts declared scopes in hasScope() only', () => {
    const ask = (req: express.Request): void => {
      expectTypeOf(api.hasScope(req, 'read')).toBeBoolean();
      // @ts-expect-error: a typing mistake
      api.hasScope(req, 'raed');
      open.hasScope(req, 'anything');
    };
    expect(ask).toBeTypeOf('function');
  });
});

describe('option impliedScopes', () => {
  const scopes = ['read', 'write'] as const;

  it('names declared scopes, and declares none itself', () => {
    const implying = createResourceServer({
      ...SECRET_OPTIONS,
      scopes: ['read', 'write'],
      impliedScopes: { write: ['read'] },
    });
    expectTypeOf(implying).toEqualTypeOf<ResourceServer<'read' | 'write', AccessTokenClaims>>();
    expectTypeOf<ImpliedScopes<'read' | 'write'>>().toExtend<ImpliedScopes>();
    expect(() =>
      // @ts-expect-error: a typing mistake
      createResourceServer({ ...SECRET_OPTIONS, scopes, impliedScopes: { wirte: ['read'] } }),
    ).toThrow(TypeError);
    expect(() =>
      // @ts-expect-error: a typing mistake
      createResourceServer({ ...SECRET_OPTIONS, scopes, impliedScopes: { write: ['raed'] } }),
    ).toThrow(TypeError);
    expect(() =>
      // @ts-expect-error: not an array
      createResourceServer({ ...SECRET_OPTIONS, scopes, impliedScopes: { write: 'read' } }),
    ).toThrow(TypeError);
  });

  it('accepts any scope where none are declared', () => {
    const implying = createResourceServer({
      ...SECRET_OPTIONS,
      impliedScopes: { write: ['read'] },
    });
    expectTypeOf(implying).toEqualTypeOf<ResourceServer<string, AccessTokenClaims>>();
  });
});

describe('policy()', () => {
  it('accepts declared scopes only, and no check', () => {
    expectTypeOf(
      api.policy({ scope: allOf('read', anyOf('write')) }),
    ).toEqualTypeOf<AccessPolicy>();
    expectTypeOf(open.policy({ scope: 'anything' })).toEqualTypeOf<AccessPolicy>();
    // @ts-expect-error: a typing mistake
    expect(() => api.policy({ scope: 'raed' })).toThrow(TypeError);
    // @ts-expect-error: a typing mistake
    expect(() => api.policy({ scope: 'read', atMost: ['read', 'wirte'] })).toThrow(TypeError);
    // @ts-expect-error: only guards run checks
    expect(() => api.policy({ scope: 'read', check: { name: 'x', test: () => true } })).toThrow(
      TypeError,
    );
  });

  it('is required by isAllowed() and assertAllowed()', () => {
    const decide = (req: express.Request): void => {
      expectTypeOf(api.isAllowed(req, api.policy({ scope: 'read' }))).toBeBoolean();
      // @ts-expect-error: it is not compiled
      api.isAllowed(req, { scope: 'read' });
      // @ts-expect-error: it is not compiled
      api.assertAllowed(req, { scope: 'read' });
      // @ts-expect-error: a guard is not a policy
      api.assertAllowed(req, api.requireScope('read'));
    };
    expect(decide).toBeTypeOf('function');
  });
});

describe('contradictory options', () => {
  const jwks = { keys: [] };
  const jwksUri = 'https://auth.example.com/jwks';

  it('do not compile, and throw', () => {
    // @ts-expect-error: no audience
    expect(() => createResourceServer({ issuer })).toThrow(TypeError);
    // @ts-expect-error: no issuer
    expect(() => createResourceServer({ audience })).toThrow(TypeError);
    // @ts-expect-error: an audience that is missing at run time
    expect(() => createResourceServer({ issuer, audience: undefined })).toThrow(TypeError);
    // @ts-expect-error: one issuer and several
    expect(() => createResourceServer({ issuer, issuers: [{ issuer }], audience })).toThrow(
      TypeError,
    );
    // @ts-expect-error: two sources of keys
    expect(() => createResourceServer({ issuer, audience, jwks, jwksUri })).toThrow(TypeError);
    // @ts-expect-error: two sources of keys
    expect(() => createResourceServer({ issuer, audience, jwks, secret })).toThrow(TypeError);
    // @ts-expect-error: two sources of keys
    expect(() => createResourceServer({ issuer, audience, jwksUri, secret })).toThrow(TypeError);
    // @ts-expect-error: keys of no issuer in particular
    expect(() => createResourceServer({ issuers: [{ issuer }], audience, jwksUri })).toThrow(
      TypeError,
    );
    // @ts-expect-error: text is not a secret
    expect(() => createResourceServer({ issuer, audience, secret: 'text' })).toThrow(TypeError);
    // @ts-expect-error: no such option
    expect(() => createResourceServer({ issuer, audience, scope: ['read'] })).toThrow(TypeError);
    // @ts-expect-error: no such algorithm
    expect(() => createResourceServer({ issuer, audience, algorithms: ['none'] })).toThrow(
      TypeError,
    );
    // @ts-expect-error: no such policy
    expect(() => createResourceServer({ issuer, audience, excessScopes: 'deny' })).toThrow(
      TypeError,
    );
    // @ts-expect-error: no such place
    expect(() => createResourceServer({ issuer, audience, credentials: ['cookie'] })).toThrow(
      TypeError,
    );
    // @ts-expect-error: no such kind of caller
    expect(() => api.require({ principal: 'admin' })).toThrow(TypeError);
    // @ts-expect-error: no context class
    expect(() => api.require({ acrValues: [] })).toThrow(TypeError);
    // @ts-expect-error: a client has no user to authenticate
    expect(() => api.require({ principal: 'client', acrValues: ['phr'] })).toThrow(TypeError);
    // @ts-expect-error: a client has no user to authenticate
    expect(() => api.policy({ principal: 'client', maxAgeSeconds: 300 })).toThrow(TypeError);
    // @ts-expect-error: handlers cannot ask the authorization server
    expect(() => api.policy({ scope: 'read', fresh: true })).toThrow(TypeError);
    // @ts-expect-error: no such member
    expect(() => api.metadata({ name: 'Sales' })).toThrow(TypeError);
  });

  it('are not options next to several issuers, which have their own key sources', () => {
    const several = createResourceServer({
      audience,
      scopes: ['read'],
      issuers: [
        { issuer },
        { issuer: 'https://b.example.com', jwksUri, algorithms: ['ES256'] },
        { issuer: 'https://c.example.com', secret, audience: 'sales-api' },
      ],
    });
    expectTypeOf(several).toEqualTypeOf<ResourceServer<'read', AccessTokenClaims>>();
  });
});

describe('VerifiedAccessToken', () => {
  const req = (): express.Request => {
    throw new TypeError('types only');
  };

  it('is always there from accessToken(), and possibly undefined from accessTokenIfAny()', () => {
    type Api = typeof api;
    expectTypeOf<ReturnType<Api['accessToken']>>().toEqualTypeOf<VerifiedAccessToken>();
    expectTypeOf<ReturnType<Api['accessTokenIfAny']>>().toEqualTypeOf<
      VerifiedAccessToken | undefined
    >();
    expectTypeOf<express.Request>().toExtend<Parameters<Api['accessToken']>[0]>();
  });

  it('has claims of unknown type without a schema', () => {
    const read = (): void => {
      const { claims, clientId, scopes } = api.accessToken(req());
      expectTypeOf(claims).toEqualTypeOf<AccessTokenClaims>();
      expectTypeOf(claims['tenant']).toBeUnknown();
      expectTypeOf(clientId).toEqualTypeOf<string | undefined>();
      expectTypeOf(scopes).toEqualTypeOf<ReadonlySet<string>>();
    };
    expect(read).toThrow(TypeError);
  });

  it('has the claims of the schema', () => {
    const checked = createResourceServer({
      issuer,
      audience,
      secret,
      scopes: ['read'],
      claims: tenantSchema,
    });
    expectTypeOf(checked).toEqualTypeOf<ResourceServer<'read', { tenant: string }>>();
    const read = (): void => {
      const { claims } = checked.accessToken(req());
      expectTypeOf(claims.tenant).toBeString();
      // @ts-expect-error: the schema makes no such claim
      expectTypeOf(claims.region).toBeString();
    };
    expect(read).toThrow(TypeError);
  });

  it('is readonly', () => {
    const write = (): void => {
      const token = api.accessToken(req());
      // @ts-expect-error: read-only
      token.subject = 'root';
      expectTypeOf(token.scopes).not.toHaveProperty('add');
      expectTypeOf(token.audience).not.toHaveProperty('push');
      // @ts-expect-error: read-only
      token.claims.sub = 'root';
      // @ts-expect-error: read-only
      token.header['alg'] = 'none';
    };
    expect(write).toThrow(TypeError);
  });

  it('cannot be created by hand', () => {
    const forged = { issuer, scopes: new Set(['admin']) };
    // @ts-expect-error: only a verifier makes one
    const token: VerifiedAccessToken = forged;
    expect(token).toBe(forged);
  });
});

describe('guards in an Express app', () => {
  const app = express();

  it('keep the route parameters that Express infers', () => {
    app.get('/sales/:year/:month', api.requireScope('read'), (req, res) => {
      expectTypeOf(req.params.year).toBeString();
      expectTypeOf(req.params.month).toBeString();
      res.json(api.accessToken(req).clientId);
    });
    app.get('/a/:id', api.requireAccessToken(), api.requireScope('read'), (req) => {
      expectTypeOf(req.params.id).toBeString();
      // @ts-expect-error: the path has no such parameter
      expectTypeOf(req.params.other).toBeString();
    });
    app.post('/b/:id', [api.requireAccessToken(), api.requireScope('read')], express.json());
    expect(app).toBeDefined();
  });

  it('are assignable to middleware of Express', () => {
    const router = express.Router();
    router.use(api.requireAccessToken());
    router.use('/x', api.requireScope('read'), api.optionalAccessToken());
    router.route('/y').all(api.requireScope('read')).get(api.requireScope('write'));
    app.use(api.metadata(), router);
    expectTypeOf<Guard>().toExtend<express.RequestHandler>();
    expectTypeOf<Middleware>().toExtend<express.RequestHandler>();
    expectTypeOf(api.requireScope('read').policy.excessScopes).toEqualTypeOf<
      'ignore' | 'report' | 'refuse'
    >();
  });

  it('do not compile where they are mounted uncalled', () => {
    const end: express.RequestHandler = (_req, res) => res.end();
    const end4: express4.RequestHandler = (_req, res) => res.end();
    /* eslint-disable @typescript-eslint/unbound-method -- the mistake itself */
    // Never run: only the overloads of Express matter.
    const mounts = (on5: express.Express, on4: express4.Express): void => {
      // @ts-expect-error: the call is forgotten
      on5.get('/x', api.requireAccessToken, end);
      // @ts-expect-error: the call is forgotten
      on4.get('/x', api.requireAccessToken, end4);
      // @ts-expect-error: the call is forgotten
      on5.use(api.requireAccessToken);
      // @ts-expect-error: the call is forgotten
      on4.use(api.requireAccessToken);
      // @ts-expect-error: the call is forgotten
      on5.get('/x', api.optionalAccessToken, end);
      // @ts-expect-error: the call is forgotten
      on4.get('/x', api.optionalAccessToken, end4);
      // @ts-expect-error: the call is forgotten
      on5.get('/x', api.requireScope, end);
      // @ts-expect-error: the call is forgotten
      on4.get('/x', api.requireScope, end4);
      // @ts-expect-error: the call is forgotten
      on5.get('/x', [api.requireAccessToken], end);
      // @ts-expect-error: the call is forgotten
      on5.use(api.errorHandler);
      // @ts-expect-error: the call is forgotten
      on4.use(api.errorHandler);
      on4.get('/x', api.requireAccessToken(), api.requireScope('read'), end4);
      on4.use(api.metadata(), api.errorHandler());
      on5.use(api.errorHandler());
    };
    /* eslint-enable @typescript-eslint/unbound-method */
    expect(mounts).toBeTypeOf('function');
  });

  it('accept a check on the claims of the schema', () => {
    const checked = createResourceServer({ ...SECRET_OPTIONS, claims: tenantSchema });
    const guard = checked.require({
      check: {
        name: 'tenant',
        test: ({ claims }, req: express.Request) => {
          expectTypeOf(claims).toEqualTypeOf<{ tenant: string }>();
          return claims.tenant === req.params['tenant'];
        },
      },
    });
    expectTypeOf(guard.policy.check).toEqualTypeOf<string | undefined>();
    const test = ({ claims }: VerifiedAccessToken<{ tenant: string }>): boolean =>
      claims.tenant === 'acme';
    const upgrade = checked.guardUpgrade({ check: { name: 'tenant', test } }, () => undefined);
    expectTypeOf(upgrade).toEqualTypeOf<UpgradeGuard>();
    // @ts-expect-error: the schema of this resource server makes no such claim
    api.guardUpgrade({ check: { name: 'tenant', test } }, () => undefined);
    // @ts-expect-error: neither true nor false
    checked.require({ check: { name: 'x', test: () => 1 } });
    // @ts-expect-error: it has no name
    expect(() => checked.require({ check: { test: () => true } })).toThrow(TypeError);
  });

  it('accept onRefusal with the types of Express', () => {
    const answering = createResourceServer({
      ...SECRET_OPTIONS,
      onRefusal: (error, req: express.Request, res: express.Response, next) => {
        expectTypeOf(error).toEqualTypeOf<Refusal>();
        expectTypeOf<(typeof error)['status']>().toEqualTypeOf<400 | 401 | 403 | 503>();
        if (req.path === '/') next(error);
        else res.status(error.status).set(error.headers).json({ reason: error.reason });
      },
    });
    expect(answering.requireAccessToken().name).toBe('requireAccessToken');
  });
});

describe('Trust', () => {
  const createApi = (trust: Trust): ResourceServer<'read'> =>
    createResourceServer({ ...trust, scopes: ['read'] });

  it.each<[string, () => Trust | Promise<Trust>]>([
    ['an issuer and an audience', () => ({ issuer, audience })],
    ['several issuers', () => ({ issuers: [{ issuer }], audience })],
    ['a secret and a clock', () => ({ issuer, audience, secret, clock: Date.now })],
    [
      'the issuer of a test',
      async () => {
        const testIssuer = await createTestIssuer({ listen: false });
        return testIssuer.options();
      },
    ],
  ])('may be named by its caller: %s', async (_case, trust) => {
    const created = createApi(await trust());
    expect(created.requireScope('read')).toBeTypeOf('function');
    created.close();
  });

  it('has no guard options', () => {
    // @ts-expect-error: scopes belong to the application
    const trust: Trust = { issuer, audience, scopes: ['read'] };
    expect(trust).toBeDefined();
  });
});
