/**
 * Whether a client acts for itself or for a user.
 *
 * @module
 */
import type { Principal } from './claims.js';
import { type JsonObject, member } from './json-object.js';

/**
 * Tells who acts.
 *
 * A client that acts for itself is not a user: where an issuer gives such tokens a `sub` that is not
 * the client's id, its own mark is looked for. Names that a user may have chosen count only beside
 * marks that no user can set: alone they leave it open, so that neither passes for the other.
 *
 * @returns `'unknown'` when `sub` or the client's id is missing, or the marks contradict each other.
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
  const userName = member(claims, 'preferred_username');
  if (typeof userName !== 'string' || !userName.startsWith(SERVICE_ACCOUNT)) return 'user';
  return isServiceAccount(claims, userName, clientId) ? 'client' : 'unknown';
}

// The user account that stands for a client in Keycloak.
const SERVICE_ACCOUNT = 'service-account-';
/** Only the tokens of service accounts name the host that asked for them. */
const SERVICE_ACCOUNT_CLAIMS = ['clientHost', 'clientAddress'];
/** The user has logged in. */
const SESSION_CLAIMS = ['sid', 'session_state', 'auth_time'];

/** Auth0: `gty`; Entra ID: `idtyp`. */
function isMarkedAsClient(claims: JsonObject): boolean {
  return member(claims, 'gty') === 'client-credentials' || member(claims, 'idtyp') === 'app';
}

/** OpenID Connect Core §5.7: users may choose `preferred_username`, and others may have the same. */
function isServiceAccount(claims: JsonObject, userName: string, clientId: string): boolean {
  const has = (name: string): boolean => Object.hasOwn(claims, name);
  return (
    // User names are in lower case in Keycloak.
    userName === SERVICE_ACCOUNT + clientId.toLowerCase() &&
    SERVICE_ACCOUNT_CLAIMS.some((name) => typeof member(claims, name) === 'string') &&
    !SESSION_CLAIMS.some(has)
  );
}
