/**
 * ID tokens as authorization servers write them.
 *
 * Names and types of the claims are those of the public documentation or the source code named at each
 * server; the values are invented. `iss`, `aud`, `iat` and `exp` are left out.
 *
 * @module
 */
import type { Members } from '../support/tokens.js';

const SUB = '5c4e7f0e-43b7-4d3f-9d55-2f7f9a1c8f11';
const NONCE = 'n-0S6_WzA2Mj';
const AT_HASH = 'HK6E_P6Dh8Y93mRNtsDB1Q';
const TIME = 1_700_000_000;

/** The claims of an ID token, by the server that issues it. */
export const ID_TOKEN_CLAIMS: Readonly<Record<string, Members>> = {
  // auth0.com/docs/secure/tokens/id-tokens/id-token-structure
  Auth0: { sub: `auth0|${SUB}`, nonce: NONCE, sid: 's', name: 'Ada', email: 'ada@example.com' },
  // developer.apple.com, "Authenticating users with Sign in with Apple"
  Apple: { sub: SUB, nonce: NONCE, nonce_supported: true, c_hash: AT_HASH, auth_time: TIME },
  // docs.goauthentik.io/add-secure-apps/providers/oauth2
  authentik: {
    sub: SUB,
    nonce: NONCE,
    at_hash: AT_HASH,
    acr: 'goauthentik.io/providers/oauth2/default',
    amr: ['pwd'],
    sid: 's',
  },
  // @better-auth/oauth-provider, createIdToken
  'better-auth': { sub: SUB, nonce: NONCE, at_hash: AT_HASH, auth_time: TIME, sid: 's', acr: '0' },
  // docs.aws.amazon.com/cognito, "Understanding the identity (ID) token"
  Cognito: {
    sub: SUB,
    token_use: 'id',
    nonce: NONCE,
    at_hash: AT_HASH,
    'cognito:username': 'ada',
    origin_jti: 'o',
    event_id: 'e',
    auth_time: TIME,
  },
  // docs.duendesoftware.com/identityserver/tokens
  'Duende IdentityServer': {
    sub: SUB,
    nonce: NONCE,
    at_hash: AT_HASH,
    nbf: TIME,
    amr: ['pwd'],
    idp: 'local',
    sid: 's',
  },
  // learn.microsoft.com/entra/identity-platform/id-token-claims-reference
  'Entra ID, version 1': {
    sub: SUB,
    nonce: NONCE,
    oid: 'o',
    tid: 't',
    ver: '1.0',
    unique_name: 'ada@example.com',
    uti: 'u',
    rh: 'r',
  },
  'Entra ID, version 2': {
    sub: SUB,
    nonce: NONCE,
    oid: 'o',
    tid: 't',
    ver: '2.0',
    preferred_username: 'ada@example.com',
    aio: 'a',
  },
  // learn.microsoft.com/azure/active-directory-b2c/tokens-overview
  'Azure AD B2C': { sub: SUB, nonce: NONCE, tfp: 'B2C_1_sign_in', ver: '1.0', auth_time: TIME },
  // developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
  Google: { sub: '1099', azp: 'client-1', nonce: NONCE, at_hash: AT_HASH, hd: 'example.com' },
  // keycloak, IDToken.java and TokenManager.java: the claim `typ` is "ID"
  Keycloak: {
    sub: SUB,
    typ: 'ID',
    azp: 'client-1',
    nonce: NONCE,
    at_hash: AT_HASH,
    session_state: 's',
    sid: 's',
    acr: '1',
    auth_time: TIME,
  },
  // lemonldap-ng.org/documentation/latest/idpopenidconnect
  'LemonLDAP::NG': { sub: 'ada', azp: 'client-1', nonce: NONCE, at_hash: AT_HASH, acr: 'loa-2' },
  // oidc-provider, lib/models/id_token.js
  'oidc-provider': { sub: SUB, nonce: NONCE, at_hash: AT_HASH, auth_time: TIME, sid: 's' },
  // developer.okta.com/docs/api/openapi/okta-oauth/guides/overview, "ID token claims"
  Okta: {
    sub: '00u1',
    nonce: NONCE,
    at_hash: AT_HASH,
    ver: 1,
    idp: 'i',
    amr: ['pwd'],
    auth_time: TIME,
  },
  // apidocs.pingidentity.com/pingone, "Token claims"
  PingOne: { sub: SUB, nonce: NONCE, at_hash: AT_HASH, acr: 'Single', sid: 's', 'p1.region': 'EU' },
  // spring-authorization-server, JwtGenerator
  'Spring Authorization Server': {
    sub: 'ada',
    azp: 'client-1',
    nonce: NONCE,
    sid: 's',
    auth_time: TIME,
  },
  // is.docs.wso2.com, "ID token"
  WSO2: { sub: 'ada', azp: 'client-1', nonce: NONCE, at_hash: AT_HASH, c_hash: AT_HASH, isk: 'i' },
  // zitadel.com/docs/apis/openidoauth/claims
  ZITADEL: {
    sub: '1687',
    azp: 'client-1',
    client_id: 'client-1',
    nonce: NONCE,
    at_hash: AT_HASH,
    amr: ['pwd'],
    auth_time: TIME,
  },
};
