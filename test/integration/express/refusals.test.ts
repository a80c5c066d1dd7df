import type { Express } from 'express';
import type { Guard, ResourceServer } from '@scopegate/express';
import type { ForgeryName, TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  answerOf,
  invalidRequest,
  invalidToken,
  refusal,
  type RefusalAnswer,
  missingCredentials,
} from '../../support/answers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

const SPACE = 'Bearer realm="https://api.example.com"';

const MALFORMED_HEADER = invalidRequest('malformed_authorization');
const MALFORMED = invalidToken('malformed');
const WRONG_TYP = invalidToken('typ');
const WRONG_ALG = invalidToken('alg');
const WRONG_ISSUER = invalidToken('issuer');
const UNKNOWN_KEY = invalidToken('key');
const BAD_SIGNATURE = invalidToken('signature');
const WRONG_AUDIENCE = invalidToken('audience');
const EXPIRED = invalidToken('expired');
const NOT_YET_VALID = invalidToken('not_yet_valid');
const BAD_CLAIM = invalidToken('claim');
const BOUND = invalidToken('sender_constraint');

/** What every forged token is refused with, under `typ: 'at+jwt'`. */
const REFUSED_FORGERIES: Readonly<Record<ForgeryName, RefusalAnswer>> = {
  expired: EXPIRED,
  noExpiry: BAD_CLAIM,
  expiryAsString: BAD_CLAIM,
  infiniteExpiry: BAD_CLAIM,
  notYetValid: NOT_YET_VALID,
  issuedInFuture: NOT_YET_VALID,
  wrongAudience: WRONG_AUDIENCE,
  lookalikeAudience: WRONG_AUDIENCE,
  noAudience: WRONG_AUDIENCE,
  wrongIssuer: WRONG_ISSUER,
  issuerWithSlash: WRONG_ISSUER,
  noIssuer: WRONG_ISSUER,
  senderConstrained: BOUND,
  certificateBound: BOUND,
  idToken: WRONG_TYP,
  logoutToken: WRONG_TYP,
  refreshToken: WRONG_TYP,
  clientAssertion: WRONG_TYP,
  unknownType: WRONG_TYP,
  unknownKey: UNKNOWN_KEY,
  foreignKey: BAD_SIGNATURE,
  embeddedJwk: UNKNOWN_KEY,
  jku: UNKNOWN_KEY,
  tampered: BAD_SIGNATURE,
  truncatedSignature: BAD_SIGNATURE,
  emptySignature: BAD_SIGNATURE,
  zeroSignature: BAD_SIGNATURE,
  algNone: WRONG_ALG,
  algNoneMixedCase: WRONG_ALG,
  algNoneWithSignature: WRONG_ALG,
  wrongAlg: UNKNOWN_KEY,
  hs256WithPublicKey: WRONG_ALG,
  hs256WithPublicKeyDer: WRONG_ALG,
  hs256WithPublicJwk: WRONG_ALG,
  opaque: MALFORMED,
  encrypted: MALFORMED,
  twoParts: MALFORMED,
  trailingDot: MALFORMED,
  // A b64token may have padding only at its end.
  paddedSegment: MALFORMED_HEADER,
  nonCanonicalSignature: MALFORMED,
  critHeader: MALFORMED,
  b64False: MALFORMED,
  duplicateHeader: MALFORMED,
  duplicateClaim: MALFORMED,
  byteOrderMark: MALFORMED,
  invalidUtf8: MALFORMED,
  trailingGarbage: MALFORMED,
  arrayPayload: MALFORMED,
  nestedToken: MALFORMED,
};

describe.each(EXPRESS_VERSIONS)('a refusal on Express $version', ({ express }) => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let handled: string[];

  beforeEach(async () => {
    issuer = await openIssuer();
    api = openApi({ ...issuer.options(), typ: 'at+jwt', maxLifetimeSeconds: 3600 });
    handled = [];
  });

  function appWith(guard: Guard): Express {
    const app = express();
    app.get('/', guard, (req, res) => {
      handled.push(api.accessToken(req).clientId ?? '');
      res.json({ ok: true });
    });
    return app;
  }

  it('is not sent for a good token', async () => {
    const headers = await bearer(issuer, { scope: 'read', clientId: 'nightly-report' });
    const response = await request(appWith(api.requireScope('read')))
      .get('/')
      .set(headers);
    expect([response.status, response.body]).toEqual([200, { ok: true }]);
    expect(response.headers).not.toHaveProperty('www-authenticate');
    expect(response.headers).not.toHaveProperty('cache-control');
    expect(handled).toEqual(['nightly-report']);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no header', {}],
    ['an empty header', { authorization: '' }],
    ['another scheme', { authorization: 'Basic eDp5' }],
    ['a scheme that begins with Bearer', { authorization: 'BearerToken abc' }],
    ['a cookie', { cookie: 'access_token=abc' }],
  ])('of a request without a token, by %s, names no error', async (_what, headers) => {
    const response = await request(appWith(api.requireScope('read')))
      .get('/')
      .set(headers);
    expect(answerOf(response)).toEqual(missingCredentials());
    expect(handled).toEqual([]);
  });

  it.each<[string, string, RefusalAnswer]>([
    ['no token behind the scheme', 'Bearer', MALFORMED_HEADER],
    ['spaces only behind the scheme', 'Bearer   ', MALFORMED_HEADER],
    ['a tab behind the scheme', 'Bearer\tabc', MALFORMED_HEADER],
    ['two tokens', 'Bearer abc def', MALFORMED_HEADER],
    ['a list', 'Bearer abc, Basic eDp5', MALFORMED_HEADER],
    ['a quoted token', 'Bearer "abc"', MALFORMED_HEADER],
    ['an octet beyond ASCII', 'Bearer ab\u00e9', MALFORMED_HEADER],
    ['no scheme', '"abc"', MALFORMED_HEADER],
  ])('of a malformed header is invalid_request: %s', async (_what, authorization, answer) => {
    const app = appWith(api.requireScope('read'));
    const response = await request(app).get('/').set({ authorization });
    expect(answerOf(response)).toEqual(answer);
    expect(handled).toEqual([]);
  });

  it('of two headers is invalid_request, even when they are equal', async () => {
    const { authorization = '' } = await bearer(issuer, { scope: 'read' });
    const response = await request(appWith(api.requireScope('read')))
      .get('/')
      .set({ Authorization: [authorization, authorization] });
    expect(answerOf(response)).toEqual(invalidRequest('repeated_authorization'));
    expect(handled).toEqual([]);
  });

  it('of a token in two places is invalid_request', async () => {
    const headers = await bearer(issuer, { scope: 'read' });
    const response = await request(appWith(api.requireScope('read')))
      .get('/?access_token=abc')
      .set(headers);
    expect(answerOf(response)).toEqual(invalidRequest('several_locations'));
    expect(handled).toEqual([]);
  });

  it.each(Object.entries(REFUSED_FORGERIES) as [ForgeryName, RefusalAnswer][])(
    'of the forgery %s gives the reason and nothing else',
    async (name, answer) => {
      const app = appWith(api.requireScope('read'));
      const token = await issuer.forge[name]({ scope: 'read' });
      const response = await request(app)
        .get('/')
        .set({ authorization: `Bearer ${token}` });
      expect(answerOf(response)).toEqual(answer);
      expect(handled).toEqual([]);
      expect(issuer.requests.forgedJwks).toBe(0);
    },
  );

  it.each([
    ['no "sub"', { sub: undefined }],
    ['no "client_id"', { client_id: undefined }],
    ['"exp" in milliseconds', { exp: Date.now() + 60_000 }],
    ['a list for "scope"', { scope: ['read'] }],
    ['a number for "jti"', { jti: 7 }],
  ])('of a token with %s has the reason of a claim', async (_what, claims) => {
    const headers = await bearer(issuer, { scope: 'read', claims });
    const response = await request(appWith(api.requireScope('read')))
      .get('/')
      .set(headers);
    expect(answerOf(response)).toEqual(BAD_CLAIM);
    expect(handled).toEqual([]);
  });

  it('of a token whose lifetime is too long is invalid_token', async () => {
    const headers = await bearer(issuer, { scope: 'read', expiresInSeconds: 3601 });
    const response = await request(appWith(api.requireScope('read')))
      .get('/')
      .set(headers);
    expect(answerOf(response)).toEqual(invalidToken('lifetime'));
    expect(handled).toEqual([]);
  });

  it('of a token with excess scope names a sufficient one', async () => {
    const guard = api.require({ scope: 'read', atMost: ['read'] });
    const headers = await bearer(issuer, { scope: 'read admin' });
    const response = await request(appWith(guard)).get('/').set(headers);
    const detail = 'the access token carries more scope than this resource allows';
    expect(answerOf(response)).toEqual(
      refusal(401, `${SPACE}, error="invalid_token", error_description="${detail}", scope="read"`, {
        detail,
        error: 'invalid_token',
        scope: 'read',
      }),
    );
    expect(handled).toEqual([]);
  });

  it('of a token with insufficient scope names all that the route requires', async () => {
    const headers = await bearer(issuer, { scope: 'read' });
    const response = await request(appWith(api.requireScope('read', 'write')))
      .get('/')
      .set(headers);
    const detail = 'the access token lacks scope for this resource';
    expect(answerOf(response)).toEqual(
      refusal(
        403,
        `${SPACE}, error="insufficient_scope", error_description="${detail}", scope="read write"`,
        { detail, error: 'insufficient_scope', scope: 'read write' },
      ),
    );
    expect(handled).toEqual([]);
  });

  it.each([
    ['client', 'user', {}],
    ['user', 'client', { subject: 'alice' }],
    ['caller of an unknown kind', 'user', { claims: { sub: undefined } }],
  ] as const)(
    'of a %s where a %s is required names no scope',
    async (_who, principal, overrides) => {
      const server = openApi({ ...issuer.options() });
      const app = appWith(server.require({ scope: 'read', principal }));
      const response = await request(app)
        .get('/')
        .set(await bearer(issuer, { scope: 'read', ...overrides }));
      const detail = 'this resource does not accept tokens of this kind of caller';
      expect(answerOf(response)).toEqual(
        refusal(403, `${SPACE}, error="insufficient_scope", error_description="${detail}"`, {
          detail,
          error: 'insufficient_scope',
        }),
      );
      expect(handled).toEqual([]);
    },
  );

  it('without keys is 503, not 401', async () => {
    const headers = await bearer(issuer, { scope: 'read' });
    await issuer.stop();
    const response = await request(appWith(api.requireScope('read')))
      .get('/')
      .set(headers);
    expect(answerOf(response)).toEqual({
      ...refusal(503, undefined, {
        detail: 'the keys of the authorization server are unavailable',
      }),
      retryAfter: '1',
    });
    expect(handled).toEqual([]);
  });

  it('reports an invalid token before insufficient scope', async () => {
    const token = await issuer.forge.expired({ scope: 'other' });
    const response = await request(appWith(api.requireScope('read')))
      .get('/')
      .set({ authorization: `Bearer ${token}` });
    expect(answerOf(response)).toEqual(EXPIRED);
  });

  it('names the realm and the metadata document', async () => {
    api = openApi({ ...issuer.options(), realm: 'sales "EU"' });
    const app = express();
    app.use(api.metadata());
    app.get('/', api.requireScope('read'));
    const response = await request(app).get('/').set({ authorization: 'Bearer abc' });
    expect(response.headers['www-authenticate']).toBe(
      'Bearer realm="sales \\"EU\\"", error="invalid_token", error_description="the access token is malformed", scope="read", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"',
    );
  });

  it('keeps a challenge that other middleware has set', async () => {
    const app = express();
    app.use((_req, res, next) => {
      res.setHeader('WWW-Authenticate', 'Basic realm="old"');
      next();
    });
    app.get('/', api.requireAccessToken());
    const response = await request(app).get('/');
    expect(response.headers['www-authenticate']).toBe(`Basic realm="old", ${SPACE}`);
  });
});
