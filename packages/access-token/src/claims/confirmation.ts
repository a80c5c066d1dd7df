/**
 * The confirmation of a token: the key or certificate that it is bound to.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { JsonObject } from '../jws/json-object.js';

/** What an issuer's tokens may be bound to. */
export interface ConfirmationPolicy {
  /** Whether tokens are accepted without proof of possession: a gateway has checked it. */
  readonly ignoresSenderConstraint: boolean;
}

/**
 * Refuses a token that is bound to a key or a certificate, unless the policy ignores the binding:
 * accepting it as a plain bearer token would ignore what its issuer requires.
 *
 * @throws InvalidTokenError `sender_constraint`
 * @see RFC 7800 §3.1; RFC 9449 §7.2; RFC 8705 §3
 */
export function assertNotSenderConstrained(
  claims: JsonObject,
  { ignoresSenderConstraint }: ConfirmationPolicy,
): void {
  if (ignoresSenderConstraint || !Object.hasOwn(claims, 'cnf')) return;
  throw new InvalidTokenError('sender_constraint');
}
