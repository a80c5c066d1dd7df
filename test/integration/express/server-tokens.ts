/**
 * Access tokens as authorization servers write them, and the options that accept them.
 *
 * Names and types of the claims are those of the public documentation or the source code named at each
 * server; the values are invented.
 *
 * @module
 */
import type { IssuerOptions, Principal } from '@scopegate/access-token';
import type { Members } from '../../support/tokens.js';

/** Options of an issuer without its keys. */
export type PolicyOptions = Pick<IssuerOptions, 'issuer' | 'audience' | 'typ' | 'scopeClaims'>;

/** The token of a server. */
export interface ServerToken {
  readonly server: string;
  readonly alg: 'RS256' | 'ES256' | 'HS256';
  readonly options: PolicyOptions;
  /** In addition to `alg`. */
  readonly header: Members;
  /** Without `iss`, `iat` and `exp`. */
  readonly claims: Members;
  /** What the verifier reads from the token. */
  readonly expected: {
    readonly scopes: readonly string[];
    readonly clientId: string | undefined;
    readonly principal: Principal;
  };
}

const AUDIENCE = 'https://api.example.com';
const USER = '5c4e7f0e-43b7-4d3f-9d55-2f7f9a1c8f11';
const NOT_BEFORE = { nbf: 1_700_000_000 };

// spring-authorization-server, JwtGenerator: `scope` is a set; client credentials have the client as `sub`.
const SPRING: ServerToken = {
  server: 'Spring Authorization Server',
  alg: 'RS256',
  options: { issuer: 'https://spring.example.com', audience: AUDIENCE },
  header: { kid: 'spring' },
  claims: {
    sub: 'nightly-report',
    aud: AUDIENCE,
    ...NOT_BEFORE,
    scope: ['read:analytics', 'write:analytics'],
    jti: '8c1ad0ea-1f53-44bb-b8a3-3d6a7bd1d1bd',
  },
  expected: {
    scopes: ['read:analytics', 'write:analytics'],
    clientId: undefined,
    principal: 'unknown',
  },
};

// docs.duendesoftware.com/identityserver/apis/aspnetcore/authorization, "Scope Claim Format";
// .../reference/options: AccessTokenJwtType is at+jwt.
const DUENDE_CLIENT: ServerToken = {
  server: 'Duende IdentityServer, a client',
  alg: 'RS256',
  options: { issuer: 'https://duende.example.com', audience: AUDIENCE },
  header: { kid: 'E8A1', typ: 'at+jwt' },
  claims: {
    ...NOT_BEFORE,
    aud: AUDIENCE,
    scope: ['read:analytics'],
    client_id: 'nightly-report',
    jti: '5B2B4F6C9F0E',
  },
  expected: { scopes: ['read:analytics'], clientId: 'nightly-report', principal: 'unknown' },
};

const DUENDE_USER: ServerToken = {
  ...DUENDE_CLIENT,
  server: 'Duende IdentityServer, a user',
  claims: {
    ...DUENDE_CLIENT.claims,
    scope: ['openid', 'profile', 'read:analytics'],
    amr: ['pwd'],
    sub: USER,
    auth_time: 1_700_000_000,
    idp: 'local',
    sid: 'C7A1',
  },
  expected: {
    scopes: ['openid', 'profile', 'read:analytics'],
    clientId: 'nightly-report',
    principal: 'user',
  },
};

// keycloak, docs/documentation/upgrading, changes-25_0_0: up to version 24, `nonce` is in all tokens.
// AccessToken.java, TokenUtil.java: the claim `typ`, `realm_access`, `resource_access`.
const KEYCLOAK_24: ServerToken = {
  server: 'Keycloak 24',
  alg: 'RS256',
  options: { issuer: 'https://login.example.com/realms/sales', audience: AUDIENCE },
  header: { typ: 'JWT', kid: 'keycloak' },
  claims: {
    auth_time: 1_700_000_000,
    jti: 'd58f5dc8-fd8f-462b-8a19-716f8f83985b',
    aud: [AUDIENCE, 'account'],
    sub: USER,
    typ: 'Bearer',
    azp: 'sales-web',
    nonce: '0b1f7a2e-1c1f-4a9f-8a4e-9b7d8b6c5a41',
    session_state: '2a88c258-f73a-4103-b862-e1fbd8f4e04e',
    acr: '1',
    'allowed-origins': ['https://sales.example.com'],
    realm_access: { roles: ['offline_access', 'default-roles-sales', 'read:analytics'] },
    resource_access: {
      'sales.api': { roles: ['write:analytics'] },
      account: { roles: ['manage-account', 'view-profile'] },
    },
    scope: 'openid read:analytics',
    sid: '2a88c258-f73a-4103-b862-e1fbd8f4e04e',
    email_verified: true,
    preferred_username: 'ada',
  },
  expected: { scopes: ['openid', 'read:analytics'], clientId: 'sales-web', principal: 'user' },
};

const KEYCLOAK_ROLES: ServerToken = {
  ...KEYCLOAK_24,
  server: 'Keycloak, roles of the realm and of a client',
  options: {
    ...KEYCLOAK_24.options,
    scopeClaims: ['realm_access.roles', 'resource_access.sales.api.roles'],
  },
  claims: { ...KEYCLOAK_24.claims, nonce: undefined, scope: 'openid' },
  expected: {
    scopes: ['offline_access', 'default-roles-sales', 'read:analytics', 'write:analytics'],
    clientId: 'sales-web',
    principal: 'user',
  },
};

// supabase.com/docs/guides/auth/jwt-fields
const SUPABASE: ServerToken = {
  server: 'Supabase',
  alg: 'ES256',
  options: {
    issuer: 'https://abcdefghijklmnop.supabase.co/auth/v1',
    audience: 'authenticated',
    typ: 'jwt',
    scopeClaims: ['app_metadata.permissions'],
  },
  header: { typ: 'JWT', kid: 'supabase' },
  claims: {
    aud: 'authenticated',
    sub: USER,
    email: 'ada@example.com',
    phone: '',
    app_metadata: { provider: 'email', providers: ['email'], permissions: ['read:analytics'] },
    user_metadata: { email_verified: true },
    role: 'authenticated',
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: 1_700_000_000 }],
    session_id: 'a7d3f5a2-6d1d-4f0f-8b9e-0d8c2b7d1c11',
    is_anonymous: false,
  },
  expected: { scopes: ['read:analytics'], clientId: undefined, principal: 'unknown' },
};

// The legacy secret of a Supabase project.
const SUPABASE_SECRET: ServerToken = {
  ...SUPABASE,
  server: 'Supabase with a secret',
  alg: 'HS256',
  options: {
    issuer: 'https://abcdefghijklmnop.supabase.co/auth/v1',
    audience: 'authenticated',
    scopeClaims: ['app_metadata.permissions'],
  },
};

// firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library
const FIREBASE: ServerToken = {
  server: 'Firebase',
  alg: 'RS256',
  options: {
    issuer: 'https://securetoken.google.com/sales-project',
    audience: 'sales-project',
    typ: 'jwt',
    scopeClaims: ['permissions'],
  },
  header: { typ: 'JWT', kid: 'firebase' },
  claims: {
    name: 'Ada',
    picture: 'https://example.com/ada.png',
    // Custom claims are members of the token.
    permissions: ['read:analytics'],
    aud: 'sales-project',
    auth_time: 1_700_000_000,
    user_id: 'x7Kq2ZsM3bN1',
    sub: 'x7Kq2ZsM3bN1',
    email: 'ada@example.com',
    email_verified: true,
    firebase: { identities: { email: ['ada@example.com'] }, sign_in_provider: 'password' },
  },
  expected: { scopes: ['read:analytics'], clientId: undefined, principal: 'unknown' },
};

// kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin, "Schema for service account
// private claims"
const KUBERNETES: ServerToken = {
  server: 'Kubernetes',
  alg: 'RS256',
  options: { issuer: 'https://my-cluster.example.com', audience: AUDIENCE, typ: 'jwt' },
  header: { kid: 'kubernetes' },
  claims: {
    aud: [AUDIENCE],
    jti: 'aed34954-b33a-4142-b1ec-389d6bbb4936',
    'kubernetes.io': {
      namespace: 'reports',
      node: { name: 'my-node', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
      pod: { name: 'my-pod', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
      serviceaccount: { name: 'nightly-report', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
      warnafter: 4_000_000_000,
    },
    ...NOT_BEFORE,
    sub: 'system:serviceaccount:reports:nightly-report',
  },
  expected: { scopes: [], clientId: undefined, principal: 'unknown' },
};

// github.com/auth0/node-jsonwebtoken: jwt.sign(payload, secret, { issuer, audience, subject, expiresIn })
const JSONWEBTOKEN: ServerToken = {
  server: 'jsonwebtoken with HS256 and an issuer that is a name',
  alg: 'HS256',
  options: { issuer: 'my-auth', audience: 'my-api', scopeClaims: ['permissions'] },
  header: { typ: 'JWT' },
  claims: { sub: '42', aud: 'my-api', permissions: ['read:analytics'] },
  expected: { scopes: ['read:analytics'], clientId: undefined, principal: 'unknown' },
};

// auth0.com/docs/secure/tokens/access-tokens/access-token-profiles: the RFC 9068 profile has no `gty`.
const AUTH0_RFC_9068: ServerToken = {
  server: 'Auth0, a client in the RFC 9068 profile',
  alg: 'RS256',
  options: { issuer: 'https://tenant.eu.auth0.com/', audience: AUDIENCE, typ: 'at+jwt' },
  header: { typ: 'at+jwt', kid: 'auth0' },
  claims: {
    sub: 'awZfdIir8YFdGZWk@clients',
    aud: AUDIENCE,
    client_id: 'awZfdIir8YFdGZWk',
    jti: '73WakrfVbNJBaAmhQtEeDv',
    scope: 'read:analytics',
  },
  expected: { scopes: ['read:analytics'], clientId: 'awZfdIir8YFdGZWk', principal: 'client' },
};

/** The tokens of all servers. */
export const SERVER_TOKENS: readonly ServerToken[] = [
  SPRING,
  DUENDE_CLIENT,
  DUENDE_USER,
  KEYCLOAK_24,
  KEYCLOAK_ROLES,
  SUPABASE,
  SUPABASE_SECRET,
  FIREBASE,
  KUBERNETES,
  JSONWEBTOKEN,
  AUTH0_RFC_9068,
];
