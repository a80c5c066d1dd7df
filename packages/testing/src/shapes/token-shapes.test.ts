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
const session = { auth_time: NOW, sid: RANDOM };
const supabase = {
  sub: UUID,
  aud,
  phone: '',
  user_metadata: {},
  role: 'authenticated',
  aal: 'aal1',
};
const byOauthServer = { client_id: UUID, scope: 'read write', session_id: RANDOM };
const spring = { aud, nbf: NOW, scope: ['read', 'write'], jti: RANDOM };
const duende = { aud, nbf: NOW, scope: ['read', 'write'], client_id: 'reports', jti: RANDOM };
const ping = { client_id: 'reports', aud: [aud], scope: 'read write' };
const zitadel = {
  sub: expect.stringMatching(/^\d{18}$/),
  aud: [aud],
  nbf: NOW,
  client_id: 'reports',
  jti: expect.stringMatching(/^V2_\d{18}-at_\d{18}$/),
};
const authentik = {
  sub: expect.stringMatching(/^[0-9a-f]{64}$/),
  aud: 'reports',
  azp: 'reports',
  auth_time: NOW,
  acr: 'goauthentik.io/providers/oauth2/default',
  uid: RANDOM,
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
  auth0Rfc9068: {
    header: { typ: 'at+jwt' },
    ofClient: {
      sub: 'reports@clients',
      aud,
      client_id: 'reports',
      jti: RANDOM,
      scope: 'read write',
    },
    ofUser: {
      sub: 'auth0|ann',
      aud: [aud, 'https://issuer.example/userinfo'],
      client_id: 'reports',
      jti: RANDOM,
      scope: 'read write',
    },
  },
  keycloak24: {
    header: { typ: 'JWT' },
    ofClient: {
      ...keycloak,
      client_id: 'reports',
      preferred_username: 'service-account-reports',
      clientHost: '127.0.0.1',
      clientAddress: '127.0.0.1',
    },
    ofUser: { ...keycloak, sid: RANDOM, preferred_username: 'ann', nonce: RANDOM },
  },
  firebase: {
    header: { typ: 'JWT' },
    ofClient: {
      aud,
      auth_time: NOW,
      user_id: RANDOM,
      sub: RANDOM,
      provider_id: 'anonymous',
      firebase: { identities: {}, sign_in_provider: 'anonymous' },
    },
    ofUser: {
      aud,
      auth_time: NOW,
      user_id: RANDOM,
      sub: RANDOM,
      email: 'ann@example.com',
      email_verified: false,
      firebase: { identities: { email: ['ann@example.com'] }, sign_in_provider: 'password' },
    },
  },
  supabase: {
    header: { typ: 'JWT' },
    ofClient: {
      ...supabase,
      ...byOauthServer,
      email: '',
      app_metadata: {},
      amr: [{ method: 'anonymous', timestamp: NOW }],
      is_anonymous: true,
    },
    ofUser: {
      ...supabase,
      ...byOauthServer,
      email: 'ann@example.com',
      app_metadata: { provider: 'email', providers: ['email'] },
      amr: [{ method: 'password', timestamp: NOW }],
      is_anonymous: false,
    },
  },
  springAuthorizationServer: {
    header: {},
    ofClient: { ...spring, sub: 'reports' },
    ofUser: { ...spring, sub: 'ann' },
  },
  duende: {
    header: { typ: 'at+jwt' },
    ofClient: duende,
    ofUser: { ...duende, ...session, sub: 'ann', idp: 'local', amr: ['pwd'] },
  },
  ping: {
    header: {},
    ofClient: ping,
    ofUser: { ...ping, ...session, sub: UUID, acr: 'Single_Factor' },
  },
  zitadel: { header: { typ: 'JWT' }, ofClient: zitadel, ofUser: zitadel },
  authentik: {
    header: { typ: 'JWT' },
    ofClient: { ...authentik, preferred_username: 'ak-reports-client_credentials' },
    ofUser: { ...authentik, preferred_username: 'ann', amr: ['pwd'], sid: RANDOM },
  },
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

  it('has an ID token, which is forged for the resource', async () => {
    const token = await issuer.forge.idToken({ ...facts, subject: 'ann' });
    const { alg, kid } = decodeProtectedHeader(token);
    const claims = decodeJwt(token);
    const granted = await issuer.mint({ ...facts, subject: 'ann' });
    expect([alg, kid, claims.iss]).toEqual(['ES256', 'key-1', times.iss]);
    expect(claims.aud).toEqual(decodeJwt(granted).aud ?? 'reports');
    expect(claims).toHaveProperty('nonce');
    expect(claims['scope'] ?? claims['scp']).toBeUndefined();
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
      /^option "like" must be one of auth0, auth0Rfc9068, .*, zitadel; did you mean "auth0"\?$/,
    );
  });
});
