import { allOf, anyOf, type Guard, type RoutePolicy } from '@scopegate/express';
import type { TestIssuer, TokenOverrides } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerOf, refusal, type RefusalAnswer } from '../../support/answers.js';
import { listenToDecisions } from '../../support/decision-log.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

const SPACE = 'Bearer realm="https://api.example.com"';
const PASSED: RefusalAnswer = {
  status: 200,
  challenge: undefined,
  retryAfter: undefined,
  cacheControl: undefined,
  contentType: 'application/json; charset=utf-8',
  body: { handled: true },
};

function lacks(scope: string): RefusalAnswer {
  const detail = 'the access token lacks scope for this resource';
  return refusal(
    403,
    `${SPACE}, error="insufficient_scope", error_description="${detail}", scope="${scope}"`,
    { detail, error: 'insufficient_scope', scope },
  );
}

function exceeds(scope?: string): RefusalAnswer {
  const detail = 'the access token carries more scope than this resource allows';
  const param = scope === undefined ? '' : `, scope="${scope}"`;
  return refusal(401, `${SPACE}, error="invalid_token", error_description="${detail}"${param}`, {
    detail,
    error: 'invalid_token',
    ...(scope === undefined ? {} : { scope }),
  });
}

function wrongPrincipal(): RefusalAnswer {
  const detail = 'this resource does not accept tokens of this kind of caller';
  const challenge = `${SPACE}, error="insufficient_scope", error_description="${detail}"`;
  return refusal(403, challenge, { detail, error: 'insufficient_scope' });
}

describe.each(EXPRESS_VERSIONS)('a policy on Express $version', ({ express }) => {
  let issuer: TestIssuer;

  beforeEach(async () => {
    issuer = await openIssuer();
  });

  async function answerFor(guard: Guard, overrides: TokenOverrides): Promise<RefusalAnswer> {
    const app = express();
    app.get('/', guard, (_req, res) => {
      res.json({ handled: true });
    });
    return answerOf(
      await request(app)
        .get('/')
        .set(await bearer(issuer, overrides)),
    );
  }

  describe('of scopes', () => {
    it.each([
      ['read write', PASSED],
      ['write extra read', PASSED],
      ['read', lacks('read write')],
      ['', lacks('read write')],
      [undefined, lacks('read write')],
    ])('requireScope requires all of them: %j', async (scope, answer) => {
      const guard = openApi({ ...issuer.options() }).requireScope('read', 'write');
      expect(await answerFor(guard, { scope })).toEqual(answer);
    });

    it.each([
      ['read', PASSED],
      ['write', PASSED],
      ['other', lacks('read')],
      [undefined, lacks('read')],
    ])('requireAnyScope requires one of them: %j', async (scope, answer) => {
      const guard = openApi({ ...issuer.options() }).requireAnyScope('read', 'write');
      expect(await answerFor(guard, { scope })).toEqual(answer);
    });

    it.each([
      [undefined, PASSED],
      ['anything', PASSED],
    ])('requireAccessToken requires none: %j', async (scope, answer) => {
      const guard = openApi({ ...issuer.options() }).requireAccessToken();
      expect(await answerFor(guard, { scope })).toEqual(answer);
    });

    it.each([
      ['read eu', PASSED],
      ['read us can', PASSED],
      ['read us', lacks('read eu')],
      ['eu us can', lacks('read eu')],
      ['read', lacks('read eu')],
    ])('allOf and anyOf can be nested: %j', async (scope, answer) => {
      const policy = { scope: allOf('read', anyOf('eu', allOf('us', 'can'))) };
      expect(await answerFor(openApi({ ...issuer.options() }).require(policy), { scope })).toEqual(
        answer,
      );
    });

    it.each([
      ['read', lacks('read write eu')],
      ['read write', lacks('read write eu')],
      ['eu', lacks('read')],
      ['read write eu', PASSED],
    ])('names the scopes of all guards up to the one that refuses: %j', async (scope, answer) => {
      const api = openApi({ ...issuer.options() });
      const app = express();
      app.use(api.requireScope('read'), api.requireAccessToken());
      app.get('/', api.requireScope('write', 'read', 'eu'), (_req, res) => {
        res.json({ handled: true });
      });
      const call = request(app).get('/');
      expect(answerOf(await call.set(await bearer(issuer, { scope })))).toEqual(answer);
    });

    it.each([
      ['alternative', lacks('alternative write')],
      ['read', lacks('read write')],
      ['read write extra', exceeds('read write')],
      ['alternative write', PASSED],
    ])(
      'names of earlier guards only the scopes by which the token passed: %j',
      async (scope, answer) => {
        const api = openApi({ ...issuer.options() });
        const app = express();
        app.use(api.requireAnyScope('admin', 'read', 'alternative'));
        const atMost = ['read', 'alternative', 'write'];
        app.get('/', api.require({ scope: 'write', atMost }), (_req, res) => {
          res.json({ handled: true });
        });
        const call = request(app).get('/');
        expect(answerOf(await call.set(await bearer(issuer, { scope })))).toEqual(answer);
      },
    );

    it.each(['Read', 'reader', 'rea', 're ad', 'read\twrite', 'read\u00a0write', 'read,write'])(
      'is not satisfied by a similar scope: %j',
      async (scope) => {
        const guard = openApi({ ...issuer.options() }).requireScope('read');
        expect(await answerFor(guard, { scope })).toEqual(lacks('read'));
      },
    );

    it.each<[string, TokenOverrides]>([
      ['scope with repeated spaces', { scope: '  write   read ' }],
      ['scp as a string', { claims: { scp: 'write read' } }],
      ['scp as a list', { claims: { scp: ['write', 'read'] } }],
      ['scope and scp together', { scope: 'write', claims: { scp: ['read'] } }],
    ])('reads %s', async (_what, overrides) => {
      const guard = openApi({ ...issuer.options() }).requireScope('read', 'write');
      expect(await answerFor(guard, overrides)).toEqual(PASSED);
    });

    it('reads the claims of scopeClaims instead', async () => {
      const api = openApi({ ...issuer.options(), scopeClaims: ['permissions'] });
      const guard = api.requireScope('read');
      expect(await answerFor(guard, { claims: { permissions: ['read'] } })).toEqual(PASSED);
      expect(await answerFor(guard, { scope: 'read' })).toEqual(lacks('read'));
    });
  });

  describe('of least privilege', () => {
    it.each<[RoutePolicy, string | undefined, RefusalAnswer]>([
      [{ scope: 'read', atMost: ['read'] }, 'read', PASSED],
      [{ scope: 'read', atMost: ['read'] }, 'read write', exceeds('read')],
      [{ scope: 'read', atMost: ['read'] }, 'write', lacks('read')],
      [{ scope: 'read', atMost: ['read', 'write'] }, 'read write', PASSED],
      [{ scope: 'read', atMost: ['read', 'write'] }, 'read write x', exceeds('read')],
      [{ scope: anyOf('write', 'read'), atMost: ['read'] }, 'read write', exceeds('read')],
      [{ atMost: ['read'] }, undefined, PASSED],
      [{ atMost: ['read'] }, 'write', exceeds()],
    ])('%j decides on a token with the scope %j', async (policy, scope, answer) => {
      const guard = openApi({ ...issuer.options() }).require(policy);
      expect(await answerFor(guard, { scope })).toEqual(answer);
    });

    it.each([
      ['ignore', PASSED, undefined],
      ['report', PASSED, { declared: ['write'], others: 1 }],
      ['refuse', exceeds('read'), undefined],
    ] as const)('excessScopes: %s', async (excessScopes, answer, excess) => {
      const events = listenToDecisions();
      const api = openApi({ ...issuer.options(), scopes: ['read', 'write'], excessScopes });
      const scope = 'read write projects:apollo';
      expect(await answerFor(api.requireScope('read'), { scope })).toEqual(answer);
      expect(events.map((event) => event.excess)).toEqual([excess]);
      expect(JSON.stringify(events)).not.toContain('apollo');
    });

    it.each(['ignore', 'report', 'refuse'] as const)(
      'excessScopes: %s allows tokens without excess scope, and any scope on routes that require none',
      async (excessScopes) => {
        const api = openApi({ ...issuer.options(), excessScopes });
        expect(await answerFor(api.requireAnyScope('a', 'b'), { scope: 'b a' })).toEqual(PASSED);
        expect(await answerFor(api.requireAccessToken(), { scope: 'a b' })).toEqual(PASSED);
        const clients = api.require({ principal: 'client' });
        expect(await answerFor(clients, { scope: 'a b' })).toEqual(PASSED);
      },
    );

    it('counts a scope of an alternative as required', async () => {
      const api = openApi({ ...issuer.options(), excessScopes: 'refuse' });
      const guard = api.require({ scope: allOf('read', anyOf('eu', 'us')) });
      expect(await answerFor(guard, { scope: 'read eu us' })).toEqual(PASSED);
      expect(await answerFor(guard, { scope: 'read us x' })).toEqual(exceeds('read eu'));
    });
  });

  describe('of the principal', () => {
    const CLIENT = {};
    const USER = { subject: 'alice' };
    const UNKNOWN = { claims: { client_id: undefined } };

    it.each<[string, 'client' | 'user', RefusalAnswer]>([
      ['a client', 'client', PASSED],
      ['a user', 'user', PASSED],
      ['a user', 'client', wrongPrincipal()],
      ['a client', 'user', wrongPrincipal()],
      ['an unknown principal', 'user', wrongPrincipal()],
      ['an unknown principal', 'client', wrongPrincipal()],
    ])('answers %s where a %s is required', async (who, principal, answer) => {
      const overrides = { 'a client': CLIENT, 'a user': USER }[who] ?? UNKNOWN;
      const guard = openApi({ ...issuer.options() }).require({ principal });
      expect(await answerFor(guard, { scope: 'read', ...overrides })).toEqual(answer);
    });

    it.each([
      ['client', CLIENT],
      ['user', USER],
      ['unknown', UNKNOWN],
    ])('is %s on the token', async (principal, overrides) => {
      const api = openApi({ ...issuer.options() });
      const app = express();
      app.get('/', api.requireAccessToken(), (req, res) => {
        res.json({ principal: api.accessToken(req).principal });
      });
      const response = await request(app)
        .get('/')
        .set(await bearer(issuer, overrides));
      expect(response.body).toEqual({ principal });
    });
  });
});
