/**
 * Whether a client acts for itself or for a user.
 *
 * @module
 */
import type { Principal } from './verified-token.js';
import { type JsonObject, member } from '../jws/json-object.js';

/**
 * Tells who acts.
 *
 * A client that acts for itself is not a user: where an issuer gives such tokens a `sub` that is not
 * the client's id, its own marks are looked for. Names that a user may have chosen count only beside
 * marks that no user can set: alone they leave it open, so that neither passes for the other.
 *
 * @returns `'unknown'` when `sub` or the client's id is missing, the marks contradict each other, or
 *   those of the issuer's tokens for users are missing.
 * @see RFC 9068 §2.2, §5; RFC 9700 §4.15.1
 */
export function principalOf(
  claims: JsonObject,
  subject: string | undefined,
  clientId: string | undefined,
): Principal {
  if (isMarkedAsClient(claims)) return 'client';
  if (subject === undefined || clientId === undefined) return 'unknown';
  if (subject === clientId) return 'client';
  // Auth0 writes `<client id>@clients`, and "gty" beside it.
  if (subject.endsWith('@clients')) return 'unknown';
  if (isOfEntra(claims)) return entraPrincipalOf(claims, subject);
  const userName = member(claims, 'preferred_username');
  if (typeof userName === 'string' && userName.startsWith(SERVICE_ACCOUNT)) {
    return isServiceAccount(claims, userName, clientId) ? 'client' : 'unknown';
  }
  return isOfKeycloak(claims) && !isUserOfKeycloak(claims) ? 'unknown' : 'user';
}

/** Only Entra ID writes these: how the client was authenticated, its id, the kind of the token. */
const ENTRA_CLAIMS = ['appidacr', 'azpacr', 'appid', 'idtyp'];
// The user account that stands for a client in Keycloak.
const SERVICE_ACCOUNT = 'service-account-';
/** Only the tokens of service accounts name the host that asked for them. */
const SERVICE_ACCOUNT_CLAIMS = ['clientHost', 'clientAddress'];
/** The user has a session; version 20 and older: the second. */
const USER_SESSION_CLAIMS = ['sid', 'session_state'];
/** The user has logged in. */
const LOGIN_CLAIMS = [...USER_SESSION_CLAIMS, 'auth_time'];
const KEYCLOAK_CLAIMS = ['realm_access', 'resource_access', ...SERVICE_ACCOUNT_CLAIMS];

/** Auth0: `gty`; Entra ID: `idtyp`. */
function isMarkedAsClient(claims: JsonObject): boolean {
  return member(claims, 'gty') === 'client-credentials' || member(claims, 'idtyp') === 'app';
}

function isOfEntra(claims: JsonObject): boolean {
  return hasAny(claims, ENTRA_CLAIMS) || (has(claims, 'tid') && has(claims, 'oid'));
}

/**
 * `idtyp` is there only where the API asks for it. Tokens for users always have `scp`, those for
 * applications never; theirs name the service principal, by `oid` and `sub` alike.
 */
function entraPrincipalOf(claims: JsonObject, subject: string): Principal {
  if (has(claims, 'idtyp')) return member(claims, 'idtyp') === 'user' ? 'user' : 'unknown';
  if (has(claims, 'scp')) return isNonEmptyText(claims, 'scp') ? 'user' : 'unknown';
  return member(claims, 'oid') === subject ? 'client' : 'unknown';
}

function isOfKeycloak(claims: JsonObject): boolean {
  return member(claims, 'typ') === 'Bearer' || hasAny(claims, KEYCLOAK_CLAIMS);
}

/** Lightweight tokens name neither users nor hosts. */
function isUserOfKeycloak(claims: JsonObject): boolean {
  if (hasAny(claims, SERVICE_ACCOUNT_CLAIMS)) return false;
  const marks = [...USER_SESSION_CLAIMS, 'preferred_username'];
  return marks.some((name) => isNonEmptyText(claims, name));
}

/** OpenID Connect Core §5.7: users may choose `preferred_username`, and others may have the same. */
function isServiceAccount(claims: JsonObject, userName: string, clientId: string): boolean {
  return (
    // User names are in lower case in Keycloak.
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

function isNonEmptyText(claims: JsonObject, name: string): boolean {
  const value = member(claims, name);
  return typeof value === 'string' && value !== '';
}
