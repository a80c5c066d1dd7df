import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Principal, ResourceServer } from '@scopegate/express';
import { forgeries } from '@scopegate/testing';
import express, { type Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../../support/key-pairs.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';
import { type Members, signToken } from '../../support/tokens.js';
import { SERVER_TOKENS, type ServerToken } from './server-tokens.js';

const RSA = createKeyPair('rsa');
const EC = createKeyPair('P-256');
const SECRET = randomBytes(32);
const KEYS: Readonly<Record<ServerToken['alg'], KeyObject>> = {
  RS256: RSA.privateKey,
  ES256: EC.privateKey,
  HS256: createSecretKey(SECRET),
};
const OTHER_KEYS: Readonly<Record<ServerToken['alg'], KeyObject>> = {
  RS256: createKeyPair('rsa').privateKey,
  ES256: createKeyPair('P-256').privateKey,
  HS256: createSecretKey(randomBytes(32)),
};

/** An API with the keys of a server, and whatever else its tokens need. */
function openServerApi({ alg, options, header }: ServerToken, more: Members = {}): ResourceServer {
  const { publicJwk } = alg === 'RS256' ? RSA : EC;
  const keys = { keys: [{ ...publicJwk, kid: header['kid'] }] };
  const source = alg === 'HS256' ? { secret: SECRET } : { jwks: keys };
  return openApi({ ...options, ...source, ...more });
}

/** An application whose only route reports what was read from the token. */
function createApp(api: ResourceServer): Express {
  const app = express();
  app.use(api.metadata({}));
  app.get('/', api.requireAccessToken(), (req, res) => {
    const { scopes, clientId, principal } = api.accessToken(req);
    res.json({ scopes: [...scopes], clientId, principal });
  });
  return app;
}

/** Signs a token with the claims of a server. */
function sign({ alg, options, header, claims }: ServerToken, changes: Members = {}): string {
  const key = (changes['key'] as KeyObject | undefined) ?? KEYS[alg];
  const times = { iss: options.issuer, sub: undefined, client_id: undefined };
  const all = { ...times, ...claims, ...(changes['claims'] as Members | undefined) };
  return signToken(all, {
    header: { typ: undefined, ...header, ...(changes['header'] as Members | undefined) },
    key,
  });
}

const metadataOf = { resource: 'https://api.example.com' };

async function statusOf(app: Express, token: string): Promise<number> {
  const { status } = await request(app).get('/').set('authorization', `Bearer ${token}`);
  return status;
}

describe.each(SERVER_TOKENS)('a token of $server', (issued) => {
  const { options, expected } = issued;
  const now = Math.floor(Date.now() / 1000);

  it('is accepted, with its scopes, client and principal', async () => {
    const app = createApp(openServerApi(issued, metadataOf));
    const { body } = await request(app)
      .get('/')
      .set('authorization', `Bearer ${sign(issued)}`)
      .expect(200);
    const { clientId, ...others } = body as {
      readonly scopes: readonly string[];
      readonly clientId?: string;
      readonly principal: Principal;
    };
    expect({ ...others, clientId }).toEqual(expected);
  });

  it.each<[string, Members]>([
    ['for another audience', { claims: { aud: 'https://other.example' } }],
    ['without an audience', { claims: { aud: undefined } }],
    ['of another issuer', { claims: { iss: `${options.issuer}x` } }],
    ['that has expired', { claims: { iat: now - 7200, exp: now - 3600 } }],
    ['without an expiration time', { claims: { exp: undefined } }],
    ['issued in the future', { claims: { iat: now + 120, exp: now + 600 } }],
    ['not valid yet', { claims: { nbf: now + 60 } }],
    ['that is bound to a key', { claims: { cnf: { jkt: 'x' } } }],
    ['of another type', { header: { typ: 'logout+jwt' } }],
    ['signed with another key', { key: OTHER_KEYS[issued.alg] }],
  ])('is refused %s', async (_case, changes) => {
    const app = createApp(openServerApi(issued, metadataOf));
    expect(await statusOf(app, sign(issued, changes))).toBe(401);
  });

  it.each<[string, Members]>([
    ['a hash of an access token', { at_hash: 'h' }],
    ['a hash of a code', { c_hash: 'h' }],
    ['events', { events: {} }],
    ['the mark of an ID token of Cognito', { token_use: 'id' }],
    ['the mark of an ID token of Keycloak', { typ: 'ID' }],
    ['the mark of a refresh token', { token_type: 'refresh' }],
    ['the mark of a refresh token of Keycloak', { typ: 'Refresh' }],
    ['a nonce and no mark', { nonce: 'n', typ: undefined, scope: undefined, azp: 'c' }],
  ])('is refused with %s, unless its header says at+jwt', async (_case, claims) => {
    const app = createApp(openServerApi(issued, metadataOf));
    const status = issued.header['typ'] === 'at+jwt' ? 200 : 401;
    expect(await statusOf(app, sign(issued, { claims }))).toBe(status);
  });
});

describe('an issuer that is a name', () => {
  const issued = SERVER_TOKENS.find(({ options }) => options.issuer === 'my-auth');

  it('is not listed in the metadata document', async () => {
    if (issued === undefined) throw new Error('no token of an issuer that is a name');
    const app = createApp(openServerApi(issued, metadataOf));
    const { body } = await request(app).get('/.well-known/oauth-protected-resource').expect(200);
    expect(body).toEqual({
      resource: 'https://api.example.com',
      bearer_methods_supported: ['header'],
    });
  });

  it('may have its keys at a URL', async () => {
    const issuer = await openIssuer();
    const keys = { jwksUri: `${issuer.issuer}/jwks`, audience: 'my-api' };
    const app = createApp(openApi({ ...metadataOf, ...keys, issuer: 'my-auth' }));
    const mint = async (iss: string): Promise<string> =>
      issuer.mint({ claims: { iss, aud: 'my-api' } });
    expect(await statusOf(app, await mint('my-auth'))).toBe(200);
    for (const iss of ['My-auth', 'my-auth/', 'https://my-auth', issuer.issuer]) {
      expect(await statusOf(app, await mint(iss))).toBe(401);
    }
    const token = await mint('my-auth');
    await issuer.stop();
    expect(await statusOf(app, token)).toBe(200);
    const api = openApi({ ...metadataOf, ...keys, issuer: 'my-auth' });
    expect(await statusOf(createApp(api), token)).toBe(503);
    expect(api.health().issuers).toMatchObject([{ issuer: 'my-auth', state: 'unavailable' }]);
  });

  it('is reported by health()', () => {
    if (issued === undefined) throw new Error('no token of an issuer that is a name');
    const { issuers } = openServerApi(issued, metadataOf).health();
    expect(issuers).toMatchObject([{ issuer: 'my-auth', state: 'fresh' }]);
  });
});

describe('dangerouslyIgnoreSenderConstraint', () => {
  const [issued] = SERVER_TOKENS.filter(({ server }) => server === 'Keycloak 24');

  it.each([
    ['a key', { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }],
    ['a certificate', { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' }],
  ])('accepts a token that is bound to %s, and checks everything else', async (_case, cnf) => {
    if (issued === undefined) throw new Error('no token of Keycloak');
    const options = { ...metadataOf, dangerouslyIgnoreSenderConstraint: true };
    const app = createApp(openServerApi(issued, options));
    expect(await statusOf(app, sign(issued, { claims: { cnf } }))).toBe(200);
    for (const wrong of [{ aud: 'x' }, { exp: 1 }, { typ: 'ID' }, { iss: 'x' }]) {
      expect(await statusOf(app, sign(issued, { claims: { cnf, ...wrong } }))).toBe(401);
    }
    const forged = sign(issued, { claims: { cnf }, key: OTHER_KEYS[issued.alg] });
    expect(await statusOf(app, forged)).toBe(401);
    expect(
      await statusOf(
        createApp(openServerApi(issued, metadataOf)),
        sign(issued, { claims: { cnf } }),
      ),
    ).toBe(401);
  });
});

describe('a token whose issuer has a clock that is ahead', () => {
  it.each([
    [60, 200],
    [61, 401],
  ])('is answered, %d s ahead, with %d at once and from the cache', async (ahead, status) => {
    const [issued] = SERVER_TOKENS;
    if (issued === undefined) throw new Error('no token');
    let seconds = Math.floor(Date.now() / 1000);
    const clock = (): number => seconds * 1000;
    const app = createApp(openServerApi(issued, { ...metadataOf, clock }));
    const iat = seconds + ahead;
    const token = sign(issued, { claims: { iat, exp: iat + 300 } });
    expect(await statusOf(app, token)).toBe(status);
    expect(await statusOf(app, token)).toBe(status);
    seconds = iat - 61;
    expect(await statusOf(app, token)).toBe(401);
    seconds = iat - 60;
    expect(await statusOf(app, token)).toBe(200);
  });
});

describe('a forged token', () => {
  it('is refused with typ: jwt as well', async () => {
    const issuer = await openIssuer();
    const app = createApp(openApi({ ...issuer.options(), typ: 'jwt' }));
    expect(await statusOf(app, await issuer.mint())).toBe(200);
    for (const { name } of forgeries) {
      const token = await issuer.forge[name]({ scope: 'read' });
      // Padding is not in the alphabet of the header field.
      expect(await statusOf(app, token), name).toBe(token.includes('=') ? 400 : 401);
    }
  });
});
