import { describe, expect, it } from 'vitest';
import {
  auth0,
  authentik,
  cognito,
  curity,
  duende,
  entra,
  firebase,
  keycloak,
  okta,
  ory,
  ping,
  springAuthorizationServer,
  supabase,
  zitadel,
} from '../providers.js';
import { createTestIssuer, opaqueTokenShapes } from '@scopegate/testing';
import { createAccessTokenVerifier } from '../verifier.js';

const audience = 'https://api.example.com';
const clientId = 'k1au-client';

const environmentId = '11111111-2222-3333-4444-555555555555';
const serverUrl = 'https://login.example.com';

describe('provider presets', () => {
  it('return the options of supabase()', () => {
    expect(supabase({ projectRef: 'abcdefghijklmnopqrst' })).toEqual({
      issuer: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1',
      jwksUri: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1/.well-known/jwks.json',
      audience: 'authenticated',
      typ: 'jwt',
    });
  });

  it('return the options of firebase()', () => {
    expect(firebase({ projectId: 'sales-12345' })).toEqual({
      issuer: 'https://securetoken.google.com/sales-12345',
      jwksUri:
        'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
      audience: 'sales-12345',
      algorithms: ['RS256'],
      typ: 'jwt',
    });
  });

  it('return the options of servers with opaque tokens, and how these begin', () => {
    const endpoint = 'https://hydra-admin.example.com/admin/oauth2/introspect';
    const introspection = { tokens: 'opaque', clientId, clientSecret: () => 's' } as const;
    expect(
      ory({ issuer: serverUrl, audience, introspection: { ...introspection, endpoint } }),
    ).toEqual({
      issuer: serverUrl,
      audience,
      scopeClaims: ['scp', 'scope'],
      introspection: { ...introspection, endpoint, tokenPrefix: 'ory_at_' },
    });
    expect(curity({ issuer: serverUrl, audience, introspection })).toEqual({
      issuer: serverUrl,
      audience,
      scopeClaims: ['scope'],
      introspection: { ...introspection, tokenPrefix: '_0XBPWQQ_' },
    });
    const own = { ...introspection, tokenPrefix: 'acme_' };
    expect(curity({ issuer: serverUrl, audience, introspection: own }).introspection).toEqual(own);
  });

  it.each([
    ['ory', ory],
    ['curity', curity],
  ] as const)('require the introspection of %s()', (_name, create) => {
    expect(() => create({ issuer: serverUrl, audience } as never)).toThrow(
      new TypeError('option "introspection" is required; pass an object'),
    );
  });

  it.each(opaqueTokenShapes)('accept opaque tokens like $name', async ({ name }) => {
    const issuer = await createTestIssuer({ listen: false, issuer: serverUrl, audience });
    const endpoint = issuer.introspectionEndpoint;
    const introspection = { tokens: 'opaque', endpoint, ...issuer.introspectionClient } as const;
    const preset = { ory, curity }[name]({ issuer: serverUrl, audience, introspection });
    const { clock, fetch } = issuer;
    const verifier = createAccessTokenVerifier({ ...preset, clock, fetch });
    const token = await issuer.opaque({ like: name, scope: 'read', subject: 'ann' });
    expect(await verifier.verify(token)).toMatchObject({ format: 'opaque', subject: 'ann' });
    await expect(verifier.verify(await issuer.opaque())).rejects.toMatchObject({
      reason: 'malformed',
    });
  });

  it.each([
    [duende({ issuer: serverUrl, audience }), serverUrl],
    [ping({ environmentId, audience }), `https://auth.pingone.com/${environmentId}/as`],
    [
      ping({ environmentId, audience, domain: 'auth.pingone.eu' }),
      `https://auth.pingone.eu/${environmentId}/as`,
    ],
  ])('return the options of servers with discovery: %j', (options, issuer) => {
    expect(options).toEqual({ issuer, audience, scopeClaims: ['scope'] });
  });

  it('return the options of springAuthorizationServer()', () => {
    expect(springAuthorizationServer({ issuer: serverUrl, audience })).toEqual({
      issuer: serverUrl,
      audience,
      scopeClaims: ['scope'],
      typ: 'jwt',
    });
  });

  it('return the options of zitadel() and authentik()', () => {
    expect(zitadel({ domain: 'login.example.com', projectId: '692' })).toEqual({
      issuer: 'https://login.example.com',
      audience: '692',
    });
    const options = { serverUrl: 'https://login.example.com/', applicationSlug: 'sales', clientId };
    expect(authentik(options)).toEqual({
      issuer: 'https://login.example.com/application/o/sales/',
      audience: clientId,
    });
  });

  it.each([
    [
      'auth0() for a domain that is a URL',
      () => auth0({ domain: 'https://a.auth0.com', audience }),
      'option "domain" must be a host name in lower case; omit scheme and path',
    ],
    [
      'okta() for an empty domain',
      () => okta({ domain: '', audience }),
      'option "domain" must be a host name in lower case; omit scheme and path',
    ],
    [
      'okta() for an authorization server with a slash',
      () => okta({ domain: 'a.okta.com', audience, authorizationServerId: 'a/b' }),
      'option "authorizationServerId" must be a name of letters, digits and _ . ~ -',
    ],
    [
      'entra() for a tenant by name',
      () => entra({ tenantId: 'common', audience }),
      'option "tenantId" must be the GUID of the directory, in lower case',
    ],
    [
      'cognito() for a user pool without region',
      () => cognito({ userPoolId: 'Ab1', clientId }),
      'option "userPoolId" must be a region, an underscore and a name, such as "eu-central-1_Ab12Cd34E"',
    ],
    [
      'keycloak() for a server that is not a URL',
      () => keycloak({ serverUrl: 'login', realm: 'sales', audience }),
      'option "serverUrl" must be a URL without query and fragment, such as "https://login.example.com"',
    ],
    [
      'keycloak() for a server with a query',
      () => keycloak({ serverUrl: 'https://a.example/?b', realm: 'sales', audience }),
      'option "serverUrl" must be a URL without query and fragment, such as "https://login.example.com"',
    ],
    ...['', 'https://a.supabase.co', 'Abc', 'a.b', undefined].map(
      (projectRef): [string, () => unknown, string] => [
        `supabase() for the project ${projectRef}`,
        () => supabase({ projectRef } as never),
        'option "projectRef" must be lower-case letters and digits, as in "https://<ref>.supabase.co"',
      ],
    ),
    ...['', 'sales', '1-sales-12345', 'sales/12345', 'sales-12345-', undefined].map(
      (projectId): [string, () => unknown, string] => [
        `firebase() for the project ${projectId}`,
        () => firebase({ projectId } as never),
        'option "projectId" must be the id of the project: 6 to 30 lower-case letters, digits and hyphens',
      ],
    ),
    [
      'ping() for an environment by name',
      () => ping({ environmentId: 'sales', audience }),
      'option "environmentId" must be the UUID of the environment, in lower case',
    ],
    [
      'ping() for a domain that is a URL',
      () => ping({ environmentId, audience, domain: 'https://auth.pingone.eu' }),
      'option "domain" must be a host name in lower case; omit scheme and path',
    ],
    [
      'zitadel() for a domain that is a URL',
      () => zitadel({ domain: 'https://login.example.com', projectId: '692' }),
      'option "domain" must be a host name in lower case; omit scheme and path',
    ],
    [
      'zitadel() for a project by number',
      () => zitadel({ domain: 'login.example.com', projectId: 692 as never }),
      'option "projectId" must be the id of the project: a string of digits',
    ],
    [
      'authentik() for an application with a slash',
      () => authentik({ serverUrl, applicationSlug: 'a/b', clientId }),
      'option "applicationSlug" must be a name of letters, digits and _ . ~ -',
    ],
    [
      'authentik() for an empty client id',
      () => authentik({ serverUrl, applicationSlug: 'sales', clientId: '' }),
      'option "clientId" must be the client id of the provider, a non-empty string',
    ],
    [
      'authentik() for a server that is not a URL',
      () => authentik({ serverUrl: 'login', applicationSlug: 'sales', clientId }),
      'option "serverUrl" must be a URL without query and fragment, such as "https://login.example.com"',
    ],
    [
      'auth0() for an unknown option',
      () => auth0({ domain: 'a.auth0.com', audence: audience } as never),
      'auth0() has no option "audence"; did you mean "audience"?',
    ],
  ])('throw: %s', (_case, create, message) => {
    expect(create).toThrow(new TypeError(message));
  });

  it.each([
    [auth0, { issuer: 'https://a.auth0.com/' }, /auth0\(\) has no .*; write "domain"/],
    [auth0, { clientSecret: 'a' }, /; omit it/],
    [entra, { clientId: 'a' }, /entra\(\) has no .*; write "audience"/],
    [entra, { authority: 'a' }, /; write "tenantId"/],
    [okta, { issuer: 'a' }, /okta\(\) has no .*; write "domain"/],
    [cognito, { region: 'eu-central-1' }, /cognito\(\) has no .*; omit it: "userPoolId" begins/],
    [cognito, { tokenUse: 'access' }, /; omit it: only access tokens are accepted/],
    [
      auth0,
      { tokenSigningAlg: 'RS256' },
      /; write "algorithms", an array, next to \.\.\.auth0\(\)/,
    ],
    [cognito, { audience: 'a' }, /; write "clientId": access tokens of Cognito have no "aud"/],
    [keycloak, { authServerUrl: 'a' }, /keycloak\(\) has no .*; write "serverUrl" and "realm"/],
    [keycloak, { clientId: 'a' }, /; write "audience"/],
    [supabase, { url: 'a' }, /supabase\(\) has no .*; write "projectRef"/],
    [supabase, { jwtSecret: 'a' }, /; omit it: public keys are fetched/],
    [supabase, { projectref: 'a' }, /; did you mean "projectRef"\?/],
    [firebase, { audience: 'a' }, /firebase\(\) has no .*; write "projectId"/],
    [firebase, { credential: {} }, /; omit it: public keys are fetched from Google/],
    [springAuthorizationServer, { issuerUri: 'a' }, /springAuthorizationServer\(\) .*"issuer"/],
    [duende, { authority: 'a' }, /duende\(\) has no .*; write "issuer"/],
    [duende, { apiName: 'a' }, /; write "audience"/],
    [ping, { issuer: 'a' }, /ping\(\) has no .*; write "environmentId"/],
    [ping, { region: 'eu' }, /; write "domain"/],
    [zitadel, { issuer: 'a' }, /zitadel\(\) has no .*; write "domain"/],
    [zitadel, { audience: 'a' }, /; write "projectId"/],
    [authentik, { issuer: 'a' }, /authentik\(\) has no .*; write "serverUrl" and "appl/],
    [authentik, { audience: 'a' }, /; write "clientId"/],
  ])(
    'say what to write instead of an option of another library: %o %j',
    (preset, given, message) => {
      expect(() => preset(given as never)).toThrow(message);
    },
  );

  it('leave the check of the audience and of a given issuer to the verifier', () => {
    const withoutAudience = auth0({ domain: 'a.auth0.com', audience: '' });
    expect(() => createAccessTokenVerifier(withoutAudience)).toThrow(
      /option "audience" must be a non-empty string/,
    );
    const withoutIssuer = duende({ audience } as never);
    expect(() => createAccessTokenVerifier(withoutIssuer)).toThrow(/option "issuer" is missing/);
    const withHttp = springAuthorizationServer({ issuer: 'http://a.example', audience });
    expect(() => createAccessTokenVerifier(withHttp)).toThrow(/option "issuer" must be an https/);
  });
});
