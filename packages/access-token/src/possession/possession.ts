/**
 * Proves that a caller possesses the key or the certificate that its token is bound to.
 *
 * @module
 */
import { type AuthScheme, InvalidTokenError } from '@scopegate/protocol';
import { settle } from '@scopegate/protocol/internal';
import type { Confirmation } from '../claims/confirmation.js';
import { isUnbound, type KnownToken, type VerifiedAccessToken } from '../claims/verified-token.js';
import type { ProofVerifier } from '../dpop/proof-verifier.js';
import type { SenderConstraint } from '../options/possession-options.js';
import type { PresentationRequirement, Presentation } from './presentation.js';
import { digestOf } from '../jws/token-digest.js';

/** How possession is proven. */
export interface PossessionPolicy {
  /** `undefined` when proofs are not accepted. */
  readonly verifyProof: ProofVerifier | undefined;
  /** What every token must be bound to; `undefined` when tokens need not be bound. */
  readonly senderConstraint: SenderConstraint | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A token whose possession was proven. */
export interface PresentedToken<Claims> {
  /** The verified token. */
  readonly token: VerifiedAccessToken<Claims>;
  /**
   * The nonce to send in the field `DPoP-Nonce` of the response, which must not be cached then;
   * `undefined` if the caller's nonce is current, or nonces are not demanded. RFC 9449 §8.2.
   */
  readonly nonce: string | undefined;
}

/** A known token, and how it was presented. */
export interface PresentedCredentials<Claims> {
  readonly token: KnownToken<Claims>;
  /** Of the token; see {@link digestOf}. `undefined` if it was not needed yet. */
  readonly digest: string | undefined;
  readonly presentation: Presentation;
  readonly requirement: PresentationRequirement;
}

/**
 * Accepts a known token as a bearer token.
 *
 * @throws InvalidTokenError `sender_constraint`: the token is bound. `unbound`: it must be.
 * @see RFC 9449 §7.2
 */
export function assertBearer<Claims>(
  token: KnownToken<Claims>,
  { senderConstraint }: PossessionPolicy,
): VerifiedAccessToken<Claims> {
  if (!isUnbound(token)) throw new InvalidTokenError('sender_constraint');
  if (senderConstraint !== undefined) throw new InvalidTokenError('unbound');
  return token;
}

/**
 * Proves the possession of a known token.
 *
 * @returns Synchronously unless the replay store is asynchronous.
 * @throws InvalidTokenError `unbound`, `sender_constraint` or `binding`.
 * @throws As a {@link ProofVerifier}.
 * @see RFC 9449 §7.1, §7.2; RFC 8705 §3; RFC 7800 §3.1
 */
export function provePossession<Claims>(
  { token, digest, presentation, requirement }: PresentedCredentials<Claims>,
  policy: PossessionPolicy,
): PresentedToken<Claims> | Promise<PresentedToken<Claims>> {
  const { confirmation } = token;
  assertScheme(confirmation, presentation.scheme);
  assertConstraint(confirmation, policy.senderConstraint);
  assertConstraint(confirmation, requirement.senderConstraint);
  const { jkt, x5tS256 } = confirmation ?? {};
  if (x5tS256 !== undefined) assertCertificate(presentation, x5tS256);
  if (jkt === undefined) return presentedOf(undefined, token);
  if (policy.verifyProof === undefined) throw new InvalidTokenError('sender_constraint');
  const nonce = policy.verifyProof({
    proofs: presentation.proofs,
    method: presentation.method,
    target: presentation.target,
    tokenDigest: digest ?? digestOf(presentation.token),
    confirmation: confirmation as Confirmation & { readonly jkt: string },
    request: presentation.request,
    nowMs: policy.clock(),
  });
  return settle(nonce, presentedOf, token);
}

function presentedOf<Claims>(
  nonce: string | undefined,
  token: KnownToken<Claims>,
): PresentedToken<Claims> {
  // The possession of everything that the token is bound to is proven.
  return { token: token as VerifiedAccessToken<Claims>, nonce };
}

/**
 * Checks the scheme: tokens that are bound to a key, and no others, have the scheme `DPoP`.
 *
 * @throws InvalidTokenError `unbound` or `sender_constraint`.
 * @see RFC 9449 §7.1, §7.2
 */
export function assertScheme(confirmation: Confirmation | undefined, scheme: AuthScheme): void {
  const hasKey = confirmation?.jkt !== undefined;
  if (scheme === 'DPoP' && !hasKey) throw new InvalidTokenError('unbound');
  if (scheme !== 'DPoP' && hasKey) throw new InvalidTokenError('sender_constraint');
}

/** Whether a token is bound as a constraint demands. */
export function isBoundAs(
  constraint: SenderConstraint | undefined,
  { jkt, x5tS256 }: Partial<Confirmation> = {},
): boolean {
  if (constraint === undefined) return true;
  return { dpop: jkt, mtls: x5tS256, any: jkt ?? x5tS256 }[constraint] !== undefined;
}

/** @throws InvalidTokenError `unbound`: the token is not bound as a constraint demands. */
export function assertConstraint(
  confirmation: Confirmation | undefined,
  constraint: SenderConstraint | undefined,
): void {
  if (!isBoundAs(constraint, confirmation)) throw new InvalidTokenError('unbound');
}

/**
 * Checks that the client has the certificate that the token is bound to.
 *
 * @throws InvalidTokenError `sender_constraint`: no certificate is presented. `binding`: another one is.
 * @see RFC 8705 §3
 */
export function assertCertificate(
  presentation: Pick<Presentation, 'certificate' | 'missingCertificate'>,
  expected: string,
): void {
  const { certificate } = presentation;
  if (certificate === undefined) {
    const { missingCertificate } = presentation;
    throw new InvalidTokenError('sender_constraint', { certificate: missingCertificate });
  }
  // Certificates are public, so this need not take constant time.
  if (certificate !== expected) throw new InvalidTokenError('binding');
}
