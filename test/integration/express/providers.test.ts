import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
} from '@scopegate/access-token';
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import {
  auth0,
  cognito,
  entra,
  firebase,
  keycloak,
  okta,
  supabase,
} from '@scopegate/express/providers';
import type { SigningAlgorithm, TestIssuer, TestIssuerOptions } from '@scopegate/testing';
import express from 'express';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openApi, openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';
const tenantId = '11111111-2222-3333-4444-555555555555';
const clientId = 'k1au-client';
const userPoolId = 'eu-central-1_Ab12Cd34E';
const COGNITO = `https://cognito-idp.eu-central-1.amazonaws.com/${userPoolId}`;

/** Each preset, and the server that it is for. */
const PRESETS = {
  auth0: {
    preset: auth0({ domain: 'tenant.eu.auth0.com', audience }),
    server: { like: 'auth0', issuer: 'https://tenant.eu.auth0.com/', audience },
  },
  entra: {
    preset: entra({ tenantId, audience: ['api://abc', 'abc'] }),
    server: {
      like: 'entraV2',
      issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      audience: 'abc',
    },
  },
  okta: {
    preset: okta({ domain: 'example.okta.com', audience: 'api://default' }),
    server: {
      like: 'okta',
      issuer: 'https://example.okta.com/oauth2/default',
      audience: 'api://default',
    },
  },
  cognito: {
    preset: cognito({ userPoolId, clientId }),
    server: { like: 'cognito', issuer: COGNITO, clientId },
  },
  keycloak: {
    preset: keycloak({ serverUrl: 'https://login.example.com', realm: 'sales', audience }),
    server: { like: 'keycloak', issuer: 'https://login.example.com/realms/sales', audience },
  },
  firebase: {
    preset: firebase({ projectId: 'sales-12345' }),
    server: {
      like: 'firebase',
      issuer: 'https://securetoken.google.com/sales-12345',
      alg: 'RS256',
    },
  },
  supabase: {
    preset: supabase({ projectRef: 'abcdefghijklmnopqrst' }),
    server: { like: 'supabase', issuer: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1' },
  },
} as const satisfies Record<string, { preset: object; server: TestIssuerOptions }>;

type PresetName = keyof typeof PRESETS;

async function open(
  name: PresetName,
  options: { readonly scopeClaims?: readonly string[] } = {},
): Promise<{ readonly api: ResourceServer; readonly issuer: TestIssuer }> {
  const { preset, server } = PRESETS[name];
  const issuer = await openIssuer(server);
  const { fetch, clock } = issuer;
  const trust: AccessTokenVerifierOptions = { ...preset, fetch, clock };
  const api = createResourceServer({ ...trust, ...options });
  onTestFinished(() => {
    api.close();
  });
  return { api, issuer };
}

describe('provider presets refuse', () => {
  it.each<[string, PresetName, string, Readonly<Record<string, unknown>>]>([
    ['another client', 'cognito', 'audience', { client_id: 'other' }],
    ['no client', 'cognito', 'audience', { client_id: undefined }],
    ['the right client with another audience', 'cognito', 'audience', { aud: 'https://a.example' }],
    ['an ID token', 'cognito', 'typ', { token_use: 'id' }],
    [
      'another tenant',
      'entra',
      'issuer',
      { iss: PRESETS.entra.server.issuer.replace('1111', '9999') },
    ],
    ['the default audience', 'keycloak', 'audience', { aud: 'account' }],
    ['a refresh token', 'keycloak', 'typ', { typ: 'Refresh' }],
    ['the org authorization server', 'okta', 'issuer', { iss: 'https://example.okta.com' }],
    [
      'an issuer without its trailing slash',
      'auth0',
      'issuer',
      { iss: PRESETS.auth0.server.issuer.slice(0, -1) },
    ],
    [
      'a session cookie',
      'firebase',
      'issuer',
      { iss: 'https://session.firebase.google.com/sales-12345' },
    ],
    [
      'a token of another project',
      'firebase',
      'issuer',
      { iss: 'https://securetoken.google.com/other-12345', aud: 'other-12345' },
    ],
    [
      'a custom token',
      'firebase',
      'issuer',
      { iss: 'admin@sales-12345.iam.gserviceaccount.com', uid: 'u1' },
    ],
    ['an API key', 'supabase', 'issuer', { iss: 'supabase', role: 'anon' }],
    ['an ID token of the OAuth server', 'supabase', 'audience', { aud: 'c1', auth_time: 1 }],
  ])('%s of %s (%s)', async (_what, name, reason, claims) => {
    const { api, issuer } = await open(name);
    expect(await api.explain(await issuer.mint({ scope: 'read', claims }))).toMatchObject({
      verdict: 'refused',
      reason,
    });
  });

  it.each<[PresetName, SigningAlgorithm]>([
    ['firebase', 'ES256'],
    ['firebase', 'RS512'],
  ])('a token of %s signed with %s (alg)', async (name, alg) => {
    const { api, issuer } = await open(name);
    await issuer.rotateKey({ alg });
    expect(await api.explain(await issuer.mint())).toMatchObject({ reason: 'alg' });
  });

  it.each<PresetName>(['firebase', 'supabase'])(
    'a token of %s signed with its public keys as a secret',
    async (name) => {
      const { api, issuer } = await open(name);
      for (const forgery of ['hs256WithPublicKey', 'hs256WithPublicJwk', 'algNone'] as const) {
        expect(await api.explain(await issuer.forge[forgery]())).toMatchObject({ reason: 'alg' });
      }
    },
  );

  it('roles of Entra ID as scopes unless scopeClaims names them', async () => {
    const scope = 'Sales.Read';
    const { api, issuer } = await open('entra');
    expect(await api.explain(await issuer.mint({ scope }), { scope })).toMatchObject({
      reason: 'scope',
      findings: [{ cause: 'scope_in_other_claim' }],
    });
    const withRoles = await open('entra', { scopeClaims: ['scp', 'roles'] });
    expect(
      await withRoles.api.explain(await withRoles.issuer.mint({ scope }), { scope }),
    ).toMatchObject({ verdict: 'accepted' });
  });

  it('roles of Keycloak as scopes unless scopeClaims names them', async () => {
    const claims = {
      realm_access: { roles: ['sales-reader'] },
      resource_access: { 'sales-api': { roles: ['report-reader'] } },
    };
    const scope = 'sales-reader report-reader';
    const { api, issuer } = await open('keycloak');
    expect(await api.explain(await issuer.mint({ claims }), { scope })).toMatchObject({
      verdict: 'refused',
      reason: 'scope',
    });
    const scopeClaims = ['scope', 'realm_access.roles', 'resource_access.sales-api.roles'];
    const withRoles = await open('keycloak', { scopeClaims });
    expect(
      await withRoles.api.explain(await withRoles.issuer.mint({ claims }), { scope }),
    ).toMatchObject({ verdict: 'accepted' });
  });

  it('permissions of Auth0 as scopes unless scopeClaims names them', async () => {
    const token = { subject: 'ann', claims: { permissions: ['read:sales'] } };
    const { api, issuer } = await open('auth0');
    const scope = 'read:sales';
    expect(await api.explain(await issuer.mint(token), { scope })).toMatchObject({
      reason: 'scope',
    });
    const withRbac = await open('auth0', { scopeClaims: ['scope', 'permissions'] });
    expect(await withRbac.api.explain(await withRbac.issuer.mint(token), { scope })).toMatchObject({
      verdict: 'accepted',
    });
  });

  it('a Cognito client that is not among the given ones, on a route', async () => {
    const { api, issuer } = await open('cognito');
    const app = express();
    app.get('/', api.requireAccessToken(), (_req, res) => void res.sendStatus(204));
    await request(app).get('/').set(issuer.bearer()).expect(204);
    const { status, headers } = await request(app)
      .get('/')
      .set(issuer.bearer({ clientId: 'other' }));
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      'Bearer realm="api", error="invalid_token", error_description="the access token is meant for another resource"',
    ]);
  });
});

describe('option audienceClaim', () => {
  it('accepts "aud" and "client_id" only', () => {
    const options = { issuer: 'https://a.example', audience, audienceClaim: 'azp' as 'aud' };
    expect(() => createAccessTokenVerifier(options)).toThrow(
      new TypeError('option "audienceClaim" must be "aud" or "client_id"'),
    );
  });

  it('differs between issuers', async () => {
    const issuer = await openIssuer();
    const keys = { jwks: { keys: await issuer.publicKeys() } };
    const verifier = createAccessTokenVerifier({
      clock: issuer.clock,
      issuers: [
        { issuer: COGNITO, audience: clientId, audienceClaim: 'client_id', ...keys },
        { issuer: issuer.issuer, audience: clientId, ...keys },
      ],
    });
    const claims = { aud: undefined, client_id: clientId };
    const ours = await verifier.verify(await issuer.mint({ claims: { ...claims, iss: COGNITO } }));
    expect(ours.audience).toEqual([clientId]);
    const explained = await verifier.explain(await issuer.mint({ claims }));
    expect(explained).toMatchObject({
      reason: 'audience',
      findings: [{ cause: 'missing_audience' }],
    });
  });
});

describe('principal of the tokens of each vendor', () => {
  const LONG_KNOWN = [
    'auth0',
    'entraV1',
    'entraV2',
    'okta',
    'cognito',
    'keycloak',
    'google',
  ] as const;
  // Google issues these tokens to services only.
  const actorOf = (like: string): string => (like === 'google' ? 'client' : 'user');
  const scopes = [undefined, 'sales:read'];

  it.each(
    LONG_KNOWN.flatMap((like) =>
      scopes.flatMap((scope) => [
        { like, scope, subject: undefined, principal: 'client' },
        { like, scope, subject: 'ada', principal: actorOf(like) },
      ]),
    ),
  )('$like, subject $subject, scope $scope: $principal', async ({ principal, ...token }) => {
    const issuer = await openIssuer();
    const isCognito = token.like === 'cognito';
    const api = openApi({
      ...issuer.options({ audience: isCognito ? 'test-client' : audience }),
      ...(isCognito && { audienceClaim: 'client_id' }),
    });
    const app = express();
    const answer: express.RequestHandler = (_req, res) => void res.sendStatus(204);
    app.get('/user', api.require({ principal: 'user' }), answer);
    app.get('/client', api.require({ principal: 'client' }), answer);
    const ask = async (path: string): Promise<number> =>
      (await request(app).get(path).set(issuer.bearer(token))).status;
    const asked = { user: await ask('/user'), client: await ask('/client') };
    expect(asked).toEqual({ user: 403, client: 403, [principal]: 204 });
  });
});
