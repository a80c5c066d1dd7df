/**
 * The confirmation of a token: the key or certificate that it is bound to.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { JsonObject } from '../jws/json-object.js';

/** How sender-constrained tokens of an issuer are handled. */
export interface ConfirmationPolicy {
  /** Whether bound tokens are accepted as bearer tokens, because a gateway has checked the proof. */
  readonly ignoresSenderConstraint: boolean;
}

/**
 * Refuses a token that is bound to a key or a certificate, because its issuer requires proof of
 * possession. Accepts it if the policy ignores the binding.
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
