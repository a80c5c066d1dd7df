/**
 * Options for well-known authorization servers, to be spread into those of a resource server.
 *
 * Each function only spells out what its vendor documents; nothing else is special about it, and
 * what is spread after it wins. There is none for Google: its access tokens are opaque, only Google
 * can tell what they mean, and its JWTs are ID tokens, which say who signed in and not what a client
 * may do.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol';
import type { IssuerOptions, SeveralIssuersOptions, TokenPolicy } from './options/options.js';

/** Identifies the API, as {@link TokenPolicy} has it. */
export type ProviderAudience = TokenPolicy['audience'];

/** What {@link auth0} needs to know. */
export interface Auth0Options {
  /** The host of the tenant, or its custom domain: `tenant.eu.auth0.com`. */
  readonly domain: string;
  /** The identifier of the API. */
  readonly audience: ProviderAudience;
}

/**
 * Auth0.
 *
 * The issuer ends in a slash. A token that was requested without `audience` is encrypted for Auth0
 * itself. Tokens of APIs that sign with HS256 are refused: choose RS256 in the settings of the API.
 * With RBAC, `permissions` tells what the user may do, which is not what the client was granted.
 *
 * @throws TypeError An option cannot be used.
 * @example
 * createResourceServer({ ...auth0({ domain: 'tenant.eu.auth0.com', audience }), scopes })
 */
export function auth0(options: Auth0Options): IssuerOptions {
  const { domain, audience } = readOptions('auth0()', options, ['domain', 'audience']);
  return { issuer: `https://${readHost(domain)}/`, audience };
}

/** What {@link entra} needs to know. */
export interface EntraOptions {
  /** The id of the directory, a GUID: tokens never name it by another name. */
  readonly tenantId: string;
  /** The client id of the API (version 2), or its application id URI `api://…` (version 1). */
  readonly audience: ProviderAudience;
}

/**
 * Microsoft Entra ID.
 *
 * The API's manifest (`requestedAccessTokenVersion`) decides on the version of its tokens, whichever
 * endpoint the client asks: 1 has another issuer and another form of audience than 2, so both are
 * trusted here. Users grant `scp`. Applications that act for themselves have `roles` in its place,
 * which users may have, too: read them by `scopeClaims: ['scp', 'roles']` only where a role of a user
 * may count as a scope. Tokens for Microsoft Graph can be verified by nobody else.
 *
 * @throws TypeError An option cannot be used.
 */
export function entra(options: EntraOptions): SeveralIssuersOptions {
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

/** What {@link okta} needs to know. */
export interface OktaOptions {
  /** The host of the org, or its custom domain: `example.okta.com`. */
  readonly domain: string;
  /** The audience of the custom authorization server: `api://default` for the first one. */
  readonly audience: ProviderAudience;
  /** @defaultValue `'default'` */
  readonly authorizationServerId?: string | undefined;
}

/**
 * Okta, its custom authorization servers.
 *
 * The one of the org issues tokens for Okta alone, so it is out of reach here. Scopes are the list
 * `scp`, and the client is `cid`.
 *
 * @throws TypeError An option cannot be used.
 */
export function okta(options: OktaOptions): IssuerOptions {
  const names = ['domain', 'audience', 'authorizationServerId'];
  const read = readOptions('okta()', options, names);
  const id = readSegment(read['authorizationServerId'] ?? 'default', 'authorizationServerId');
  const issuer = `https://${readHost(read['domain'])}/oauth2/${id}`;
  return { issuer, audience: read.audience, scopeClaims: ['scp'] };
}

/** What {@link cognito} needs to know. */
export interface CognitoOptions {
  /** The id of the user pool, which begins with its region: `eu-central-1_Ab12Cd34E`. */
  readonly userPoolId: string;
  /** The ids of the app clients that may call the API. */
  readonly clientId: string | readonly string[];
}

/**
 * Amazon Cognito, its user pools.
 *
 * Access tokens have no `aud`, so the client takes its place: `client_id` must be one of those given,
 * and whoever lets a client in lets all of its tokens in, whichever API they were meant for: check
 * scopes. ID tokens (`token_use` is `id`) are refused. Scopes carry the identifier of the resource
 * server before a slash. The options `realm` and `resource` have no default worth having here.
 *
 * @throws TypeError An option cannot be used.
 */
export function cognito(options: CognitoOptions): IssuerOptions {
  assertKnownOptions('cognito()', options, ['userPoolId', 'clientId'], HINTS['cognito()']);
  const { userPoolId, clientId }: CognitoOptions = options;
  const region = /^([a-z]{2}(?:-[a-z]+)+-\d+)_[A-Za-z\d]+$/.exec(userPoolId)?.[1];
  if (region === undefined) {
    throw invalidOption('userPoolId', 'must be a region, an underscore and a name');
  }
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  return { issuer, jwksUri, audience: clientId, audienceClaim: 'client_id' };
}

/** What {@link keycloak} needs to know. */
export interface KeycloakOptions {
  /** The public URL of the server, with `/auth` where it has that: `https://login.example.com`. */
  readonly serverUrl: string;
  /** The name of the realm. */
  readonly realm: string;
  readonly audience: ProviderAudience;
}

/**
 * Keycloak.
 *
 * No API is in `aud` by itself: add an Audience mapper to the client, or to one of its client scopes;
 * what is there without one is `account`. Roles (`realm_access`, `resource_access`) are no scopes.
 * Behind a proxy, the server has to be told its public URL, or tokens name another issuer.
 *
 * @throws TypeError An option cannot be used.
 */
export function keycloak(options: KeycloakOptions): IssuerOptions {
  const read = readOptions('keycloak()', options, ['serverUrl', 'realm', 'audience']);
  const { serverUrl } = read;
  if (typeof serverUrl !== 'string' || !URL.canParse(serverUrl) || /[?#\s]/.test(serverUrl)) {
    throw invalidOption('serverUrl', 'must be a URL without query and fragment');
  }
  const realm = readSegment(read['realm'], 'realm');
  return {
    issuer: `${serverUrl.replace(/\/$/, '')}/realms/${realm}`,
    audience: read.audience,
    scopeClaims: ['scope'],
  };
}

const NO_CLIENT = 'omit it: an API checks tokens, it does not ask for them';
const DOMAIN = 'write "domain": the host name alone';
const TENANT = 'write "tenantId": the GUID of the directory';
const POOL = 'write "userPoolId": the issuer follows from it';
const SERVER = 'write "serverUrl" and "realm": the issuer follows from them';

/** What the vendors and their libraries call things, and what to write here. */
const HINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'auth0()': {
    ...{ issuer: DOMAIN, issuerBaseURL: DOMAIN, issuerBaseUrl: DOMAIN, tenant: DOMAIN },
    ...{ clientId: NO_CLIENT, clientSecret: NO_CLIENT },
    identifier: 'write "audience": the identifier of the API',
  },
  'entra()': {
    ...{ issuer: TENANT, authority: TENANT, domain: TENANT, tenant: TENANT, directoryId: TENANT },
    clientId: 'write "audience": the client id of the API',
    clientSecret: NO_CLIENT,
  },
  'okta()': {
    ...{ issuer: DOMAIN, orgUrl: DOMAIN, baseUrl: DOMAIN },
    authServerId: 'write "authorizationServerId"',
    ...{ clientId: NO_CLIENT, clientSecret: NO_CLIENT },
  },
  'cognito()': {
    region: 'omit it: "userPoolId" begins with the region',
    audience: 'write "clientId": access tokens of Cognito have no "aud"',
    ...{ issuer: POOL, domain: POOL, userPool: 'write "userPoolId"' },
    clientSecret: NO_CLIENT,
  },
  'keycloak()': {
    ...{ issuer: SERVER, url: SERVER, baseUrl: SERVER, domain: SERVER },
    ...{ authServerUrl: SERVER, 'auth-server-url': SERVER },
    clientId: 'write "audience": what an Audience mapper puts into "aud"',
    ...{ resource: 'write "audience"', clientSecret: NO_CLIENT, secret: NO_CLIENT },
  },
};

type ReadOptions = Readonly<Record<string, unknown>> & { readonly audience: ProviderAudience };

/** Looks at the names only: the resource server checks the audience. */
function readOptions(where: string, options: unknown, names: readonly string[]): ReadOptions {
  assertKnownOptions(where, options, names, HINTS[where]);
  return options as ReadOptions;
}

function readHost(value: unknown): string {
  const isHost = typeof value === 'string' && /^[a-z\d-]+(\.[a-z\d-]+)+$/.test(value);
  if (isHost) return value;
  throw invalidOption('domain', 'must be a host name in lower case, without scheme and path');
}

function readSegment(value: unknown, name: string): string {
  if (typeof value === 'string' && /^[\w.~-]+$/.test(value)) return value;
  throw invalidOption(name, 'must be a name without slashes and spaces');
}
