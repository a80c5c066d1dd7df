/**
 * Refusals of DPoP proofs, each with its challenge.
 *
 * @module
 */
import { ChallengeError } from './challenge-error.js';
import { type InvalidProofReason, PROOF_DESCRIPTIONS } from './refusal-reasons.js';

/** Options of an {@link InvalidProofError}. */
export interface InvalidProofOptions extends ErrorOptions {
  /**
   * The name of the claim that failed, with the reason `proof_claim`; never its value.
   *
   * @defaultValue `undefined`
   */
  readonly claim?: string | undefined;
}

/**
 * The proof of possession is missing or not acceptable: 401 `invalid_dpop_proof`.
 *
 * @see RFC 9449 §4.3, §7.1
 * @example
 * throw new InvalidProofError('proof_missing');
 */
export class InvalidProofError extends ChallengeError {
  /** The name of the class. */
  override readonly name = 'InvalidProofError';
  /** Identifies this class. */
  readonly code = 'ERR_DPOP_INVALID_PROOF';
  /** Unauthorized. */
  readonly status = 401;
  /** The first check that failed. */
  readonly reason: InvalidProofReason;
  /** The name of the claim of the proof that failed, with the reason `proof_claim`. */
  readonly claim: string | undefined;

  constructor(reason: InvalidProofReason, options: InvalidProofOptions = {}) {
    const description = PROOF_DESCRIPTIONS[reason];
    super(description, { error: 'invalid_dpop_proof', error_description: description }, options);
    this.reason = reason;
    this.claim = options.claim;
    this.usingScheme('DPoP');
  }
}

/**
 * The proof is acceptable except that it lacks a nonce, or has one that is not accepted any more: 401
 * `use_dpop_nonce`, with a nonce for the next proof.
 *
 * @see RFC 9449 §8, §9
 * @example
 * throw new UseNonceError(nonce);
 */
export class UseNonceError extends ChallengeError {
  /** The name of the class. */
  override readonly name = 'UseNonceError';
  /** Identifies this class. */
  readonly code = 'ERR_DPOP_USE_NONCE';
  /** Unauthorized. */
  readonly status = 401;
  /** The only reason. */
  readonly reason = 'nonce';
  readonly #nonce: string;

  /** @param nonce - The nonce that the next proof must contain, as `NQCHAR`s. RFC 9449 §8.1. */
  constructor(nonce: string) {
    const description = 'the DPoP proof must contain the nonce of this response';
    super(description, { error: 'use_dpop_nonce', error_description: description });
    this.#nonce = nonce;
    this.usingScheme('DPoP');
  }

  /** The nonce that the next proof must contain. */
  override get nonce(): string {
    return this.#nonce;
  }
}
