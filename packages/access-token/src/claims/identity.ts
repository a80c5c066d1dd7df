/**
 * The identity of a token: its subject, its client, its id, and whether a user or the client acts.
 *
 * @module
 */
import { type JsonObject, member } from '../jws/json-object.js';
import { readString } from './string-claims.js';
import type { Principal } from './verified-token.js';

/** The claims that name the client; the first that is present is used. */
export const CLIENT_ID_CLAIMS: readonly string[] = Object.freeze([
  'client_id',
  'azp',
  'cid',
  'appid',
]);

/** The identity that a token contains. */
export interface TokenIdentity {
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  readonly tokenId: string | undefined;
  readonly principal: Principal;
}

/**
 * Reads `sub`, the client id and `jti`, and decides who acts.
 *
 * @throws InvalidTokenError `claim`: one of them is not a string.
 * @see RFC 9068 §2.2
 */
export function readIdentity(claims: JsonObject): TokenIdentity {
  const subject = readString(claims, 'sub');
  const clientId = readClientId(claims);
  const tokenId = readString(claims, 'jti');
  return { subject, clientId, tokenId, principal: readPrincipal(claims, subject, clientId) };
}

/** Finds the client id of a token that is refused; `undefined` if it is not a string. */
export function findClientId(claims: JsonObject): string | undefined {
  const clientId = CLIENT_ID_CLAIMS.map((name) => member(claims, name)).find(
    (value) => value !== undefined,
  );
  return typeof clientId === 'string' ? clientId : undefined;
}

/** Claims after the first that is present are not read, so their types do not matter. */
function readClientId(claims: JsonObject): string | undefined {
  for (const name of CLIENT_ID_CLAIMS) {
    const clientId = readString(claims, name);
    if (clientId !== undefined) return clientId;
  }
  return undefined;
}

/**
 * Decides whether a client acts for itself or for a user.
 *
 * Some issuers give client credentials tokens a `sub` that is not the client id, so vendor markers
 * are checked first: a client must never be mistaken for a user. Names that a user may have chosen
 * are trusted only together with markers that no user can set; otherwise the principal is unknown.
 *
 * @returns `'unknown'` when `sub` or the client id is missing, when the markers contradict each other,
 *   or when the markers of the issuer's user tokens are missing.
 * @see RFC 9068 §2.2, §5; RFC 9700 §4.15.1
 */
function readPrincipal(
  claims: JsonObject,
  subject: string | undefined,
  clientId: string | undefined,
): Principal {
  if (isMarkedAsClient(claims)) return 'client';
  if (subject === undefined || clientId === undefined) return 'unknown';
  if (subject === clientId) return 'client';
  if (subject.endsWith(AUTH0_CLIENT)) return readAuth0Principal(subject, clientId);
  if (isFromEntra(claims)) return readEntraPrincipal(claims, subject);
  if (isFromAuthentik(claims)) return isNonEmptyString(claims, 'sid') ? 'user' : 'unknown';
  return isFromZitadel(claims) ? 'unknown' : readUserPrincipal(claims, clientId);
}

/** Auth0 appends this to the id of a client that acts for itself. */
const AUTH0_CLIENT = '@clients';
/** Claims that only Entra ID writes: client authentication, client id, kind of token. */
const ENTRA_CLAIMS = ['appidacr', 'azpacr', 'appid', 'idtyp'];
/** Keycloak represents a client by a user account whose name begins with this. */
const SERVICE_ACCOUNT = 'service-account-';
/** Keycloak writes the requesting host into service account tokens only. */
const SERVICE_ACCOUNT_CLAIMS = ['clientHost', 'clientAddress'];
/** Keycloak marks a user's session by one of these; `session_state` up to version 20. */
const USER_SESSION_CLAIMS = ['sid', 'session_state'];
/** Claims of a user who has logged in. */
const LOGIN_CLAIMS = [...USER_SESSION_CLAIMS, 'auth_time'];
const KEYCLOAK_CLAIMS = ['realm_access', 'resource_access', ...SERVICE_ACCOUNT_CLAIMS];

/** The beginning of `acr` in every token of authentik. */
const AUTHENTIK_ACR = 'goauthentik.io/';
/** The ids of a session and of an access token. */
const ZITADEL_TOKEN_ID = /^V2_\d+-at_\d+$/;

/** Auth0 writes `gty`, Entra ID writes `idtyp`. */
function isMarkedAsClient(claims: JsonObject): boolean {
  return member(claims, 'gty') === 'client-credentials' || member(claims, 'idtyp') === 'app';
}

/** Tokens of the RFC 9068 profile of Auth0 have no `gty`. */
function readAuth0Principal(subject: string, clientId: string): Principal {
  return subject === clientId + AUTH0_CLIENT ? 'client' : 'unknown';
}

function isFromEntra(claims: JsonObject): boolean {
  return hasAny(claims, ENTRA_CLAIMS) || (has(claims, 'tid') && has(claims, 'oid'));
}

/**
 * `idtyp` is an optional claim that the API has to request. User tokens always have `scp`;
 * application tokens never do, and identify the service principal in both `oid` and `sub`.
 */
function readEntraPrincipal(claims: JsonObject, subject: string): Principal {
  if (has(claims, 'idtyp')) return member(claims, 'idtyp') === 'user' ? 'user' : 'unknown';
  if (has(claims, 'scp')) return isNonEmptyString(claims, 'scp') ? 'user' : 'unknown';
  return member(claims, 'oid') === subject ? 'client' : 'unknown';
}

/**
 * authentik represents a client by a user account, and marks only users who have logged in by `sid`.
 */
function isFromAuthentik(claims: JsonObject): boolean {
  const acr = member(claims, 'acr');
  return typeof acr === 'string' && acr.startsWith(AUTHENTIK_ACR);
}

/** ZITADEL represents a client by a service user, whose tokens look like those of any user. */
function isFromZitadel(claims: JsonObject): boolean {
  const tokenId = member(claims, 'jti');
  return typeof tokenId === 'string' && ZITADEL_TOKEN_ID.test(tokenId);
}

/**
 * Reads the principal of a token whose `sub` is not its client id. That is a user, except in Keycloak,
 * which represents clients by users as well.
 */
function readUserPrincipal(claims: JsonObject, clientId: string): Principal {
  const userName = member(claims, 'preferred_username');
  if (typeof userName === 'string' && userName.startsWith(SERVICE_ACCOUNT)) {
    return isServiceAccount(claims, userName, clientId) ? 'client' : 'unknown';
  }
  return isFromKeycloak(claims) && !isKeycloakUser(claims) ? 'unknown' : 'user';
}

function isFromKeycloak(claims: JsonObject): boolean {
  return member(claims, 'typ') === 'Bearer' || hasAny(claims, KEYCLOAK_CLAIMS);
}

/** Lightweight access tokens of Keycloak contain neither user names nor hosts. */
function isKeycloakUser(claims: JsonObject): boolean {
  if (hasAny(claims, SERVICE_ACCOUNT_CLAIMS)) return false;
  const markers = [...USER_SESSION_CLAIMS, 'preferred_username'];
  return markers.some((name) => isNonEmptyString(claims, name));
}

/** OpenID Connect Core §5.7: `preferred_username` may be chosen by the user and need not be unique. */
function isServiceAccount(claims: JsonObject, userName: string, clientId: string): boolean {
  return (
    // Keycloak stores user names in lower case.
    userName === SERVICE_ACCOUNT + clientId.toLowerCase() &&
    SERVICE_ACCOUNT_CLAIMS.some((name) => typeof member(claims, name) === 'string') &&
    !hasAny(claims, LOGIN_CLAIMS)
  );
}

function has(claims: JsonObject, name: string): boolean {
  return Object.hasOwn(claims, name);
}

function hasAny(claims: JsonObject, names: readonly string[]): boolean {
  return names.some((name) => has(claims, name));
}

function isNonEmptyString(claims: JsonObject, name: string): boolean {
  const value = member(claims, name);
  return typeof value === 'string' && value !== '';
}
