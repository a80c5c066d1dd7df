/**
 * The explanation of a token. It holds claim values, so it is for operators only.
 *
 * @module
 */
import type { CheckReason } from '../inspection/check.js';
import type { ExplainedCheck } from '../inspection/run-checks.js';
import type { KeySetState } from '../keys/key-set.js';
import type { Finding } from '../mistakes/find-mistakes.js';

/** The key that verifies the signature of a token. Holds no key material. */
export interface ExplainedKey {
  /** The `kid` of the key; `undefined` when it has none. */
  readonly kid: string | undefined;
  /** The algorithm that the key is used with, such as `RS256`. */
  readonly alg: string;
  /** Node's name of the key type: `rsa`, `ec`, `ed25519`; `secret` for a shared secret. */
  readonly type: string;
  /** The modulus length of an RSA key, in bits; `undefined` for other keys. */
  readonly bits: number | undefined;
}

/** The key set of the token's issuer, as it was before the token was verified. */
export interface ExplainedKeySet {
  /** The issuer that the keys belong to. */
  readonly issuer: string;
  /** The state of the key set. */
  readonly state: KeySetState;
  /** Number of usable keys. */
  readonly keys: number;
  /** Time since the last good answer, in milliseconds; `undefined` when there was none. */
  readonly ageMs: number | undefined;
  /**
   * Why the keys are not available after the token was verified, with the URL and the system's cause;
   * `undefined` when the last attempt succeeded.
   */
  readonly lastError: string | undefined;
}

/**
 * Why a token is accepted or refused. Frozen in depth.
 *
 * It holds claim values: never send it to a caller.
 */
export interface TokenExplanation {
  /**
   * What verification decides. `undecided`: the issuer's keys are not available, so the signature
   * cannot be checked.
   */
  readonly verdict: 'accepted' | 'refused' | 'undecided';
  /** The reason of the first check that failed; `undefined` when the token is accepted. */
  readonly reason: CheckReason | undefined;
  /** Whether the token is in the token cache, so that requests do not verify it again. */
  readonly cached: boolean;
  /** The key that verifies the signature; `undefined` when none was found. */
  readonly key: ExplainedKey | undefined;
  /** The key set of the issuer; `undefined` when the token does not name a trusted issuer. */
  readonly keySet: ExplainedKeySet | undefined;
  /** Every check, in the order of verification; not only those up to the first failure. */
  readonly checks: readonly ExplainedCheck[];
  /** The known mistakes that the token shows; empty when it is accepted, or when none is known. */
  readonly findings: readonly Finding[];
}
