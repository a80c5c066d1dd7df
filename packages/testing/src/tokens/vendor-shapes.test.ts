import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestClock } from '../clock.js';
import { createTestIssuer, type TestIssuer, type TokenShapeName, tokenShapes } from '../index.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-.{12}$/);
const RANDOM = expect.any(String) as unknown;
const NOW = 1_800_000_000;

const times = { iss: 'https://issuer.example', iat: NOW, exp: NOW + 300 };
const aud = 'https://api.example.com';
const okta = { ver: 1, jti: expect.stringMatching(/^AT\.[-\w]{43}$/), aud, cid: 'reports' };
const entra = { aud, nbf: NOW, oid: UUID, tid: UUID, uti: RANDOM };
const keycloak = {
  jti: RANDOM,
  aud: [aud, 'account'],
  typ: 'Bearer',
  azp: 'reports',
  acr: '1',
  realm_access: { roles: ['offline_access', 'uma_authorization'] },
  resource_access: { account: { roles: ['view-profile'] } },
  scope: 'email profile read write',
  email_verified: false,
  sub: UUID,
};
const google = {
  aud,
  azp: expect.stringMatching(/^\d{21}$/),
  sub: expect.stringMatching(/^\d{21}$/),
  email: 'reports@project.iam.gserviceaccount.com',
  email_verified: true,
};

/** The header without `alg` and `kid`, and the claims of a client and of a user without times. */
const SHAPES: Readonly<
  Record<TokenShapeName, { header: object; ofClient: object; ofUser: object }>
> = {
  auth0: {
    header: { typ: 'JWT' },
    ofClient: {
      sub: 'reports@clients',
      aud,
      azp: 'reports',
      scope: 'read write',
      gty: 'client-credentials',
    },
    ofUser: {
      sub: 'auth0|ann',
      azp: 'reports',
      scope: 'read write',
      aud: [aud, 'https://issuer.example/userinfo'],
    },
  },
  entraV1: {
    header: { typ: 'JWT', x5t: 'key-1' },
    ofClient: {
      ...entra,
      ver: '1.0',
      appid: 'reports',
      appidacr: '1',
      idp: times.iss,
      sub: UUID,
      roles: ['read', 'write'],
    },
    ofUser: {
      ...entra,
      ver: '1.0',
      appid: 'reports',
      appidacr: '1',
      idp: times.iss,
      sub: RANDOM,
      scp: 'read write',
    },
  },
  entraV2: {
    header: { typ: 'JWT' },
    ofClient: {
      ...entra,
      ver: '2.0',
      azp: 'reports',
      azpacr: '1',
      sub: UUID,
      roles: ['read', 'write'],
    },
    ofUser: {
      ...entra,
      ver: '2.0',
      azp: 'reports',
      azpacr: '1',
      sub: RANDOM,
      scp: 'read write',
    },
  },
  okta: {
    header: {},
    ofClient: { ...okta, scp: ['read', 'write'], sub: 'reports' },
    ofUser: { ...okta, scp: ['read', 'write'], sub: 'ann', uid: RANDOM, auth_time: NOW },
  },
  cognito: {
    header: {},
    ofClient: {
      token_use: 'access',
      scope: 'read write',
      auth_time: NOW,
      version: 2,
      jti: RANDOM,
      client_id: 'reports',
      sub: 'reports',
    },
    ofUser: {
      token_use: 'access',
      scope: 'read write',
      auth_time: NOW,
      version: 2,
      jti: RANDOM,
      client_id: 'reports',
      sub: UUID,
      username: 'ann',
      origin_jti: RANDOM,
      event_id: RANDOM,
    },
  },
  keycloak: {
    header: { typ: 'JWT' },
    ofClient: {
      ...keycloak,
      client_id: 'reports',
      preferred_username: 'service-account-reports',
      clientHost: '127.0.0.1',
      clientAddress: '127.0.0.1',
    },
    ofUser: { ...keycloak, sid: RANDOM, preferred_username: 'ann' },
  },
  google: { header: { typ: 'JWT' }, ofClient: google, ofUser: google },
};

let issuer: TestIssuer;

beforeAll(async () => {
  const clock = createTestClock(NOW * 1000);
  issuer = await createTestIssuer({ alg: 'ES256', listen: false, clock });
});

describe.each(tokenShapes)('token like $name: $explanation', ({ name }) => {
  const { header, ofClient, ofUser } = SHAPES[name];
  const facts = { like: name, clientId: 'reports', scope: 'read write' };

  it('has the header and the claims of a client', async () => {
    const token = await issuer.mint(facts);
    expect(decodeProtectedHeader(token)).toEqual({ ...header, alg: 'ES256', kid: 'key-1' });
    expect(decodeJwt(token)).toEqual({ ...times, ...ofClient });
  });

  it('has the claims of a user', async () => {
    const token = await issuer.mint({ ...facts, subject: 'ann' });
    expect(decodeJwt(token)).toEqual({ ...times, ...ofUser });
  });

  it('has no scopes when none are requested', async () => {
    const claims = decodeJwt(await issuer.mint({ like: name }));
    const { scope, scp, roles } = claims;
    expect([scope === undefined || scope === 'email profile', scp, roles]).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  it('can be changed and forged', async () => {
    const changed = decodeJwt(await issuer.mint({ like: name, claims: { sub: 'other', exp: 1 } }));
    expect([changed.sub, changed.exp]).toEqual(['other', 1]);
    expect(decodeJwt(await issuer.forge.expired(facts))).toMatchObject({ exp: NOW - 3600 });
  });
});

describe('tokenShapes', () => {
  it('explains each format in one short line', () => {
    const isShortLine = (text: string): boolean => /^[a-z][^\n]{10,90}$/.test(text);
    expect(tokenShapes.filter(({ explanation }) => !isShortLine(explanation))).toEqual([]);
  });

  it('derives the same identifiers from the same names', async () => {
    const subjects = await Promise.all(
      ['ann', 'ann', 'bob'].map((subject) => issuer.mint({ like: 'cognito', subject })),
    );
    const [one, again, other] = subjects.map((token) => decodeJwt(token).sub);
    expect(one).toBe(again);
    expect(one).not.toBe(other);
  });

  it('rejects an unknown name', async () => {
    await expect(issuer.mint({ like: 'auth1' as TokenShapeName })).rejects.toThrow(
      /^option "like" must be one of auth0, entraV1, .*, google; did you mean "auth0"\?$/,
    );
  });
});
