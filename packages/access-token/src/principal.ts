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
 * A client that acts for itself is no user: where an issuer gives such tokens a `sub` that is not
 * the client's id, its own mark is looked for, so that no client passes for a user.
 *
 * @returns `'unknown'` when `sub` or the client's id is missing.
 * @see RFC 9068 §2.2, §5; RFC 9700 §4.15.1
 */
export function principalOf(
  claims: JsonObject,
  subject: string | undefined,
  clientId: string | undefined,
): Principal {
  if (isMarkedAsClient(claims)) return 'client';
  if (subject === undefined || clientId === undefined) return 'unknown';
  // Auth0: `<client id>@clients`.
  if (subject === clientId || subject === `${clientId}@clients`) return 'client';
  // Keycloak: a user account that stands for the client; user names are in lower case there.
  const serviceAccount = `service-account-${clientId.toLowerCase()}`;
  if (member(claims, 'preferred_username') === serviceAccount) return 'client';
  return 'user';
}

/** Auth0: `gty`; Entra ID: `idtyp`. */
function isMarkedAsClient(claims: JsonObject): boolean {
  return member(claims, 'gty') === 'client-credentials' || member(claims, 'idtyp') === 'app';
}
