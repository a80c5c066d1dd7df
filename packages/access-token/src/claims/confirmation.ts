/**
 * The confirmation of a token: the key or certificate that it is bound to.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';

/**
 * The key and the certificate that a token is bound to; at least one of them. RFC 7800 §3.1.
 */
export interface Confirmation {
  /** `jkt`: the RFC 7638 thumbprint of the DPoP key, SHA-256 in base64url. RFC 9449 §6.1. */
  readonly jkt: string | undefined;
  /** `x5t#S256`: the SHA-256 of the certificate's DER, in base64url. RFC 8705 §3.1. */
  readonly x5tS256: string | undefined;
}

/** How sender-constrained tokens of an issuer are handled. */
export interface ConfirmationPolicy {
  /** Whether bound tokens are accepted as bearer tokens, because a gateway has checked the proof. */
  readonly ignoresSenderConstraint: boolean;
}

/** The bindings whose proof this verifier can check. */
export interface ProvableBindings {
  readonly dpop: boolean;
  readonly mtls: boolean;
}

/** A SHA-256 in canonical base64url: the unused bits of the last character are zero. */
const SHA256 = /^[-\w]{42}[AEIMQUYcgkosw048]$/;

/**
 * Reads the claim `cnf`. Members that are not understood are ignored beside one that is.
 *
 * @returns `undefined` for a token that is not bound, or whose binding the policy ignores.
 * @throws InvalidTokenError `sender_constraint`: the claim is malformed, it has no member that is
 *   understood, or one whose proof this verifier does not check.
 * @see RFC 7800 §3.1; RFC 9449 §6.1, §7.2; RFC 8705 §3.1
 */
export function readConfirmation(
  claims: JsonObject,
  { ignoresSenderConstraint }: ConfirmationPolicy,
  provable: ProvableBindings,
): Confirmation | undefined {
  if (ignoresSenderConstraint || !Object.hasOwn(claims, 'cnf')) return undefined;
  const cnf = claims['cnf'];
  const jkt = readThumbprint(cnf, 'dpop', provable);
  const x5tS256 = readThumbprint(cnf, 'mtls', provable);
  if (jkt === undefined && x5tS256 === undefined) throw new InvalidTokenError('sender_constraint');
  return Object.freeze({ jkt, x5tS256 });
}

/** The members of `cnf`. RFC 9449 §6.1, RFC 8705 §3.1. */
const MEMBERS = { dpop: 'jkt', mtls: 'x5t#S256' } as const;

function readThumbprint(
  cnf: unknown,
  binding: keyof typeof MEMBERS,
  provable: ProvableBindings,
): string | undefined {
  if (typeof cnf !== 'object' || cnf === null) return undefined;
  // An array has no own member with either name.
  const thumbprint = member(cnf as JsonObject, MEMBERS[binding]);
  if (thumbprint === undefined) return undefined;
  if (provable[binding] && typeof thumbprint === 'string' && SHA256.test(thumbprint)) {
    return thumbprint;
  }
  throw new InvalidTokenError('sender_constraint');
}
