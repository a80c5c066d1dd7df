/**
 * Verifier options for well-known authorization servers.
 *
 * Each function returns what its vendor documents: issuer, keys and claims. Options that are spread
 * after the call override its result. To accept tokens of several providers, write
 * `issuers: [auth0(…), entra(…)]`: each keeps its own audience and claims. There is no preset for Google: its access tokens are opaque,
 * and its JWTs are ID tokens, which identify a user and do not authorize a client.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import type { IssuerGroup, IssuerOptions, TokenPolicy } from './options/options.js';

/** The identifier of the API: the option `audience` of {@link TokenPolicy}. */
export type ProviderAudience = TokenPolicy['audience'];

/** Options of {@link auth0}. */
export interface Auth0Options {
  /** The host of the tenant, or its custom domain: `tenant.eu.auth0.com`, without scheme and path. */
  readonly domain: string;
  /** The identifier of the API, as in its settings at Auth0. */
  readonly audience: ProviderAudience;
}

/**
 * Returns the options for a tenant of Auth0.
 *
 * The issuer ends in a slash. A token that was requested without `audience` is encrypted for Auth0
 * itself. Tokens of APIs that sign with HS256 are refused: choose RS256 in the settings of the API.
 * With RBAC, `permissions` lists what the user may do, not what the client was granted.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...auth0({ domain: 'tenant.eu.auth0.com', audience }), scopes })
 */
export function auth0(options: Auth0Options): IssuerOptions {
  const { domain, audience } = readOptions('auth0()', options, ['domain', 'audience']);
  return { issuer: `https://${readHost(domain)}/`, audience };
}

/** Options of {@link entra}. */
export interface EntraOptions {
  /** The id of the directory, a GUID in lower case: tokens never identify it by a domain name. */
  readonly tenantId: string;
  /** The client id of the API (version 2), or its application id URI `api://…` (version 1). */
  readonly audience: ProviderAudience;
}

/**
 * Returns the options for a directory of Microsoft Entra ID.
 *
 * The API's manifest (`requestedAccessTokenVersion`) sets the version of its tokens, regardless of
 * the endpoint that the client uses. The issuer and the form of the audience differ between
 * versions 1 and 2, so both issuers are trusted. `scp` contains what users have granted.
 * Applications that act for themselves have `roles` instead, which users may have as well: use
 * `scopeClaims: ['scp', 'roles']` only where a user's role may count as a scope. Only Microsoft
 * Graph can verify tokens issued for it.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...entra({ tenantId, audience: ['api://sales', apiClientId] }), scopes })
 */
export function entra(options: EntraOptions): IssuerGroup {
  const { tenantId, audience } = readOptions('entra()', options, ['tenantId', 'audience']);
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(String(tenantId))) {
    throw invalidOption('tenantId', 'must be the GUID of the directory, in lower case');
  }
  const host = `https://login.microsoftonline.com/${String(tenantId)}`;
  return {
    audience,
    scopeClaims: ['scp'],
    issuers: [
      { issuer: `${host}/v2.0`, jwksUri: `${host}/discovery/v2.0/keys` },
      {
        issuer: `https://sts.windows.net/${String(tenantId)}/`,
        jwksUri: `${host}/discovery/keys`,
      },
    ],
  };
}

/** Options of {@link okta}. */
export interface OktaOptions {
  /** The host of the org, or its custom domain: `example.okta.com`. */
  readonly domain: string;
  /**
   * The audience of the custom authorization server; for the one named `default`, it is
   * `api://default`.
   */
  readonly audience: ProviderAudience;
  /**
   * The id of the custom authorization server.
   *
   * @defaultValue 'default'
   */
  readonly authorizationServerId?: string | undefined;
}

/**
 * Returns the options for a custom authorization server of Okta.
 *
 * The org authorization server is not supported because its access tokens are for Okta only. `scp`
 * contains the scopes, and `cid` the client id.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...okta({ domain: 'example.okta.com', audience: 'api://default' }), scopes })
 */
export function okta(options: OktaOptions): IssuerOptions {
  const names = ['domain', 'audience', 'authorizationServerId'];
  const read = readOptions('okta()', options, names);
  const id = readSegment(read['authorizationServerId'] ?? 'default', 'authorizationServerId');
  const issuer = `https://${readHost(read['domain'])}/oauth2/${id}`;
  return { issuer, audience: read.audience, scopeClaims: ['scp'] };
}

/** Options of {@link cognito}. */
export interface CognitoOptions {
  /** The id of the user pool, which begins with its region: `eu-central-1_Ab12Cd34E`. */
  readonly userPoolId: string;
  /** The ids of the app clients that may call the API. */
  readonly clientId: string | readonly string[];
}

/**
 * Returns the options for a user pool of Amazon Cognito.
 *
 * Access tokens have no `aud`, so `client_id` is checked instead: it must be one of those given.
 * This accepts every access token of such a client, including those for other APIs: require scopes.
 * ID tokens (`token_use` is `id`) are refused. Scopes begin with the identifier of the resource
 * server and a slash. Set `realm` and `resource`: their defaults come from the audience, which is a
 * client id here.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...cognito({ userPoolId, clientId }), realm: 'sales', scopes })
 */
export function cognito(options: CognitoOptions): IssuerOptions {
  assertKnownOptions('cognito()', options, {
    names: ['userPoolId', 'clientId'],
    hints: HINTS['cognito()'],
  });
  const { userPoolId, clientId }: CognitoOptions = options;
  const region = /^([a-z]{2}(?:-[a-z]+)+-\d+)_[A-Za-z\d]+$/.exec(userPoolId)?.[1];
  if (region === undefined) {
    throw invalidOption(
      'userPoolId',
      'must be a region, an underscore and a name, such as "eu-central-1_Ab12Cd34E"',
    );
  }
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  return { issuer, jwksUri, audience: clientId, audienceClaim: 'client_id' };
}

/** Options of {@link keycloak}. */
export interface KeycloakOptions {
  /**
   * The public URL of the server, including `/auth` if it uses that path:
   * `https://login.example.com`.
   */
  readonly serverUrl: string;
  /** The name of the Keycloak realm: letters, digits and `_ . ~ -`. */
  readonly realm: string;
  /** The audience that Keycloak's Audience mapper adds to `aud`. */
  readonly audience: ProviderAudience;
}

/**
 * Returns the options for a realm of Keycloak.
 *
 * By default `aud` is `account`: add an Audience mapper for the API to the client or to one of its
 * client scopes. Roles (`realm_access`, `resource_access`) are not scopes. Behind a proxy, configure
 * the server's public URL (`hostname`); otherwise tokens name another issuer.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const serverUrl = 'https://login.example.com';
 * createResourceServer({ ...keycloak({ serverUrl, realm: 'sales', audience }), scopes })
 */
export function keycloak(options: KeycloakOptions): IssuerOptions {
  const read = readOptions('keycloak()', options, ['serverUrl', 'realm', 'audience']);
  const { serverUrl } = read;
  if (typeof serverUrl !== 'string' || !URL.canParse(serverUrl) || /[?#\s]/.test(serverUrl)) {
    throw invalidOption(
      'serverUrl',
      'must be a URL without query and fragment, such as "https://login.example.com"',
    );
  }
  const realm = readSegment(read['realm'], 'realm');
  return {
    issuer: `${serverUrl.replace(/\/$/, '')}/realms/${realm}`,
    audience: read.audience,
    scopeClaims: ['scope'],
  };
}

const NO_CLIENT = 'omit it: an API verifies tokens and does not request them';
const DOMAIN = 'write "domain": the host name alone';
const TENANT = 'write "tenantId": the GUID of the directory';
const POOL = 'write "userPoolId": the issuer is derived from it';
const SERVER = 'write "serverUrl" and "realm": the issuer is derived from them';

/** Names that vendors and their libraries use, and what to write instead. */
const HINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'auth0()': {
    issuer: DOMAIN,
    issuerBaseURL: DOMAIN,
    issuerBaseUrl: DOMAIN,
    tenant: DOMAIN,
    clientId: NO_CLIENT,
    clientSecret: NO_CLIENT,
    identifier: 'write "audience": the identifier of the API',
  },
  'entra()': {
    issuer: TENANT,
    authority: TENANT,
    domain: TENANT,
    tenant: TENANT,
    directoryId: TENANT,
    clientId: 'write "audience": the client id of the API',
    clientSecret: NO_CLIENT,
  },
  'okta()': {
    issuer: DOMAIN,
    orgUrl: DOMAIN,
    baseUrl: DOMAIN,
    authServerId: 'write "authorizationServerId"',
    clientId: NO_CLIENT,
    clientSecret: NO_CLIENT,
  },
  'cognito()': {
    region: 'omit it: "userPoolId" begins with the region',
    audience: 'write "clientId": access tokens of Cognito have no "aud"',
    issuer: POOL,
    domain: POOL,
    userPool: 'write "userPoolId"',
    clientSecret: NO_CLIENT,
  },
  'keycloak()': {
    issuer: SERVER,
    url: SERVER,
    baseUrl: SERVER,
    domain: SERVER,
    authServerUrl: SERVER,
    'auth-server-url': SERVER,
    clientId: 'write "audience": what an Audience mapper adds to "aud"',
    resource: 'write "audience"',
    clientSecret: NO_CLIENT,
    secret: NO_CLIENT,
  },
};

type ReadOptions = Readonly<Record<string, unknown>> & { readonly audience: ProviderAudience };

/** Checks the names only: the verifier checks the audience. */
function readOptions(where: string, options: unknown, names: readonly string[]): ReadOptions {
  assertKnownOptions(where, options, { names, hints: HINTS[where] });
  return options as ReadOptions;
}

function readHost(value: unknown): string {
  const isHost = typeof value === 'string' && /^[a-z\d-]+(\.[a-z\d-]+)+$/.test(value);
  if (isHost) return value;
  throw invalidOption('domain', 'must be a host name in lower case; omit scheme and path');
}

function readSegment(value: unknown, name: string): string {
  if (typeof value === 'string' && /^[\w.~-]+$/.test(value)) return value;
  throw invalidOption(name, 'must be a name of letters, digits and _ . ~ -');
}
