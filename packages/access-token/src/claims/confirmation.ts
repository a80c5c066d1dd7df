/**
 * The confirmation of a token: the key or certificate that it is bound to.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { JsonObject } from '../jws/json-object.js';

/**
 * Refuses a token that is bound to a key or a certificate: accepting it as a plain bearer token
 * would ignore the binding that its issuer requires.
 *
 * @throws InvalidTokenError `sender_constraint`
 * @see RFC 7800 §3.1; RFC 9449 §7.2; RFC 8705 §3
 */
export function assertNotSenderConstrained(claims: JsonObject): void {
  if (Object.hasOwn(claims, 'cnf')) throw new InvalidTokenError('sender_constraint');
}
