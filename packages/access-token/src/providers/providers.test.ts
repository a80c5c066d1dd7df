import { describe, expect, it } from 'vitest';
import { auth0, cognito, entra, keycloak, okta } from '../providers.js';
import { createAccessTokenVerifier } from '../verifier.js';

const audience = 'https://api.example.com';
const clientId = 'k1au-client';

describe('provider presets', () => {
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
    [cognito, { audience: 'a' }, /; write "clientId": access tokens of Cognito have no "aud"/],
    [keycloak, { authServerUrl: 'a' }, /keycloak\(\) has no .*; write "serverUrl" and "realm"/],
    [keycloak, { clientId: 'a' }, /; write "audience"/],
  ])(
    'say what to write instead of an option of another library: %o %j',
    (preset, given, message) => {
      expect(() => preset(given as never)).toThrow(message);
    },
  );

  it('leave the check of the audience to the verifier', () => {
    const preset = auth0({ domain: 'a.auth0.com', audience: '' });
    expect(() => createAccessTokenVerifier(preset)).toThrow(
      /option "audience" must be a non-empty string/,
    );
  });
});
