import type { Express, RequestHandler } from 'express';
import {
  allOf,
  type ResourceServer,
  type ResourceServerOptions,
  type RoutePolicy,
} from '@scopegate/express';
import { assertProtected, createTestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { answerOf, refusal } from '../../support/answers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { runInMemory } from '../../support/memory-terminal.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const SPACE = 'Bearer realm="https://api.example.com"';
const LACKS = 'the access token lacks scope for this resource';
const EXCEEDS = 'the access token carries more scope than this resource allows';

const lacks = (scope: string): object =>
  refusal(
    403,
    `${SPACE}, error="insufficient_scope", error_description="${LACKS}", scope="${scope}"`,
    { detail: LACKS, error: 'insufficient_scope', scope },
  );
const exceeds = (scope: string): object =>
  refusal(
    401,
    `${SPACE}, error="invalid_token", error_description="${EXCEEDS}", scope="${scope}"`,
    {
      detail: EXCEEDS,
      error: 'invalid_token',
      scope,
    },
  );
const PASSED = expect.objectContaining({ status: 200 }) as object;

const HIERARCHY = {
  scopes: ['read', 'write', 'admin', 'other'],
  impliedScopes: { admin: ['write'], write: ['read'] },
} as const;
type Scope = (typeof HIERARCHY.scopes)[number];

function open(options: Partial<ResourceServerOptions> = {}): ResourceServer<Scope> {
  return openApi({ ...SECRET_OPTIONS, ...HIERARCHY, ...options } as ResourceServerOptions<Scope>);
}

const answer: RequestHandler = (_req, res) => {
  res.json({ handled: true });
};

describe.each(EXPRESS_VERSIONS)('the option impliedScopes on Express $version', ({ express }) => {
  function appOf(...handlers: readonly RequestHandler[]): Express {
    const app = express();
    app.get('/', ...handlers);
    return app;
  }

  const send = (app: Express, scope: string): request.Test =>
    request(app)
      .get('/')
      .set('authorization', `Bearer ${signToken({ scope })}`);

  it.each<[RoutePolicy<Scope>, string, object]>([
    [{ scope: 'read' }, 'read', PASSED],
    [{ scope: 'read' }, 'write', PASSED],
    [{ scope: 'read' }, 'admin', PASSED],
    [{ scope: 'read' }, 'other', lacks('read')],
    [{ scope: 'write' }, 'read', lacks('write')],
    [{ scope: allOf('read', 'other') }, 'write other', PASSED],
    [{ scope: allOf('read', 'other') }, 'admin', lacks('read other')],
    [{ scope: 'read', atMost: ['read'] }, 'write', exceeds('read')],
    [{ scope: 'read', atMost: ['read'] }, 'read', PASSED],
    [{ scope: 'read', atMost: ['write'] }, 'write', PASSED],
    [{ scope: 'read', atMost: ['write'] }, 'read', exceeds('write')],
    [{ scope: 'read', atMost: ['admin'] }, 'other', lacks('admin')],
  ])('decides on %j for the scope %j', async (policy, scope, expected) => {
    const app = appOf(open().require(policy), answer);
    expect(answerOf(await send(app, scope))).toEqual(expected);
  });

  it('does not widen the limit of excessScopes', async () => {
    const api = open({ excessScopes: 'refuse' });
    expect(answerOf(await send(appOf(api.requireScope('read'), answer), 'write'))).toEqual(
      exceeds('read'),
    );
    const both = appOf(api.requireScope('read', 'write'), answer);
    expect((await send(both, 'write')).status).toBe(200);
  });

  it('works without declared scopes', async () => {
    const api = openApi({ ...SECRET_OPTIONS, impliedScopes: { write: ['read'] } });
    expect((await send(appOf(api.requireScope('read'), answer), 'write')).status).toBe(200);
  });

  it('names the broad scope by which the token passed an earlier guard', async () => {
    const api = open();
    const app = appOf(api.requireScope('read'), api.requireScope('other'), answer);
    expect(answerOf(await send(app, 'write'))).toEqual(lacks('write other'));
    expect(answerOf(await send(app, 'read write'))).toEqual(lacks('read other'));
  });

  it.each<[RoutePolicy<Scope>, string, object]>([
    [{ scope: 'other', atMost: ['other', 'read'] }, 'write', lacks('read other')],
    [{ scope: 'other', atMost: ['other', 'read'] }, 'write other', exceeds('read other')],
    [{ scope: 'other', atMost: ['other', 'admin'] }, 'write other', exceeds('admin other')],
  ])(
    'names no scope of an earlier guard beyond the limit: %j, scope %j',
    async (policy, scope, expected) => {
      const api = open();
      const app = appOf(api.requireScope('read'), api.require(policy), answer);
      expect(answerOf(await send(app, scope))).toEqual(expected);
      const assert = api.policy(policy);
      const asserting = appOf(api.requireScope('read'), (req, res) => {
        api.assertAllowed(req, assert);
        res.end();
      });
      asserting.use(api.errorHandler());
      expect(answerOf(await send(asserting, scope))).toEqual(expected);
    },
  );

  it('names no alternative of an earlier guard beyond the limit of excessScopes', async () => {
    const api = open({ excessScopes: 'refuse' });
    const app = appOf(api.requireAnyScope('read', 'other'), api.requireScope('read'), answer);
    expect(answerOf(await send(app, 'read other'))).toEqual(exceeds('read'));
    expect((await send(app, 'read')).status).toBe(200);
  });

  it('applies to hasScope(), isAllowed() and assertAllowed()', async () => {
    const api = open();
    const read = api.policy({ scope: 'read' });
    const app = appOf(api.requireAccessToken(), (req, res) => {
      const { scopes } = api.accessToken(req);
      const has = (['read', 'write', 'admin'] as const).filter((each) => api.hasScope(req, each));
      const isAllowed = api.isAllowed(req, read);
      api.assertAllowed(req, read);
      res.json({ scopes: [...scopes], has, isAllowed });
    });
    expect((await send(app, 'write')).body).toEqual({
      scopes: ['write'],
      has: ['read', 'write'],
      isAllowed: true,
    });
  });

  it('shows in the audit what each route requires, and which scopes satisfy it', () => {
    const api = open();
    const app = appOf(api.requireScope('read', 'other'), answer);
    const { routes, scopes } = api.auditRoutes(app);
    const [route] = routes;
    expect(route?.scope).toEqual(allOf('read', 'other'));
    expect(route?.scopes).toEqual(['read', 'other']);
    expect(route?.expandedScope).toMatchObject({
      kind: 'allOf',
      parts: [{ kind: 'anyOf', parts: ['read', 'write', 'admin'] }, 'other'],
    });
    expect(scopes).toEqual({ declared: HIERARCHY.scopes, unused: [], undeclared: [] });
    expect(open().auditRoutes(appOf(api.requireScope('write'), answer)).scopes.unused).toEqual([
      'read',
      'other',
    ]);
  });

  it('is known to assertProtected()', async () => {
    const issuer = await createTestIssuer({ alg: 'ES256', listen: false });
    const api = openApi({ ...issuer.options(), ...HIERARCHY });
    const app = express();
    app.get('/both', api.requireScope('read', 'write'), answer);
    app.get('/read', api.require({ scope: 'read', atMost: ['write'] }), answer);
    await expect(assertProtected(app, api, { issuer })).resolves.toBeDefined();
  });

  it.each([
    [['--route', 'GET /'], 'write', 0],
    [['--route', 'GET /'], 'other', 1],
    [['--scope', 'read other'], 'admin other', 0],
    [['--scope', 'read other'], 'admin', 1],
  ])('is known to scopegate explain %j with the scope %j', async (words, scope, code) => {
    const api = open();
    const exported = { api, app: appOf(api.requireScope('read'), answer) };
    const guardsOnly = { app: exported.app };
    for (const module of [exported, guardsOnly]) {
      const outcome = await runInMemory(['explain', '--app', './app.js', ...words], {
        load: () => Promise.resolve(module),
        input: signToken({ scope }),
      });
      expect(outcome).toMatchObject({ code, stderr: '' });
    }
  });
});

describe('explain() with the option impliedScopes', () => {
  it('checks the required scope against all that the token implies, and shows what it has', async () => {
    const api = open();
    const token = signToken({ scope: 'admin' });
    const { verdict, checks } = await api.explain(token, { scope: 'read write' });
    expect(verdict).toBe('accepted');
    expect(checks.find(({ name }) => name === 'required_scope')).toMatchObject({
      outcome: 'passed',
      expected: '"read write"',
      found: '"admin"',
    });
    expect(await api.explain(token, { scope: 'other' })).toMatchObject({
      verdict: 'refused',
      reason: 'scope',
    });
  });
});

describe('createResourceServer() with the option impliedScopes', () => {
  it.each<[object, string]>([
    [
      { impliedScopes: { wirte: ['read'] } },
      'option "impliedScopes" must name scopes of "scopes"; "wirte" is not one of them; did you mean "write"?',
    ],
    [
      { impliedScopes: { read: ['write'], write: ['read'] } },
      'option "impliedScopes" must not have a cycle; break "read" implies "write" implies "read"',
    ],
    [
      { impliedScopes: { write: [] } },
      'option "impliedScopes.write" must be an array of at least one scope',
    ],
    [{ impliesScopes: {} }, 'createResourceServer has no option "impliesScopes"; did you mean "impliedScopes"?'], // prettier-ignore
  ])('refuses %j at start-up', (options, message) => {
    expect(() => open(options)).toThrow(new TypeError(message));
  });
});
