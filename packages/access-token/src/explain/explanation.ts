/**
 * The explanation of a token. It contains claim values, so only operators may see it.
 *
 * @module
 */
import type { Principal } from '../claims/verified-token.js';
import type { CheckReason } from '../inspection/check-reason.js';
import type { ExplainedCheck } from '../checks/run-checks.js';
import type { KeyTrialOutcome } from '../inspection/decryption-record.js';
import type { IntrospectionFailure } from '../introspection/introspection-unavailable-error.js';
import type { KeySetState } from '../keys/key-set.js';
import type { Finding } from '../mistakes/find-mistakes.js';

/** The key that verifies the signature of a token, without its key material. */
export interface ExplainedKey {
  /** The `kid` of the key; `undefined` when it has none. */
  readonly kid: string | undefined;
  /** The algorithm that the key is used with, such as `RS256`. */
  readonly alg: string;
  /** Node's name for the key type: `rsa`, `ec`, `ed25519`; `secret` for a shared secret. */
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
  /** Time since the last valid response, in milliseconds; `undefined` when there was none. */
  readonly ageMs: number | undefined;
  /**
   * Why the last attempt to fetch the keys failed, as of after the verification, with the URL and the
   * system error; `undefined` when it succeeded.
   */
  readonly lastError: string | undefined;
}

/** One of the keys for decryption, and what became of it. */
export interface ExplainedDecryptionKey {
  /** Where it is configured, such as `decryption.keys[0]`. */
  readonly name: string;
  /** The `kid` of the key; `undefined` when it has none. */
  readonly kid: string | undefined;
  /** What the key may be used with, such as `RSA-OAEP-256`. */
  readonly algorithms: readonly string[];
  /** What became of it; see {@link KeyTrialOutcome}. */
  readonly outcome: KeyTrialOutcome;
}

/** How an encrypted token was decrypted. RFC 7516 §5.2. */
export interface ExplainedDecryption {
  /** Whether a key decrypted the token. */
  readonly isDecrypted: boolean;
  /** The keys, in the order in which they are tried. */
  readonly keys: readonly ExplainedDecryptionKey[];
}

/** What the authorization server answered about the token. RFC 7662. */
export interface ExplainedIntrospection {
  /** The issuer that was asked. */
  readonly issuer: string;
  /** `active` true or false in the response; `unavailable`: there was no usable response. */
  readonly outcome: 'active' | 'inactive' | 'unavailable';
  /** Why there was no usable response; `undefined` when there was one. */
  readonly failure: IntrospectionFailure | undefined;
  /** The failure with the URL and the system error; `undefined` when there was none. */
  readonly error: string | undefined;
  /**
   * When the authorization server may be asked again, in milliseconds since the epoch; `undefined` for now.
   */
  readonly nextAttemptAt: number | undefined;
}

/**
 * Why a token is accepted or refused. Deeply frozen.
 *
 * It contains claim values, so it must never be sent to a caller.
 */
export interface TokenExplanation {
  /**
   * What verification decides. `undecided`: something that the decision needs is not available, such as the
   * issuer's keys or an introspection response; a request gets 503.
   */
  readonly verdict: 'accepted' | 'refused' | 'undecided';
  /** The reason of the first check that failed; `undefined` when the token is accepted. */
  readonly reason: CheckReason | undefined;
  /**
   * Whether the token is in the token cache, so requests neither verify its signature nor introspect it again.
   * The explanation does not use the cache.
   */
  readonly cached: boolean;
  /**
   * Who acts according to the claims, which are unverified unless the token is accepted: a route that
   * requires another principal responds with 403. `undefined` when the claims cannot be read.
   */
  readonly principal: Principal | undefined;
  /**
   * How the token was decrypted; `undefined` when it is not encrypted, or is refused before a key is tried.
   */
  readonly decryption: ExplainedDecryption | undefined;
  /** The key that verifies the signature; `undefined` when none was found. */
  readonly key: ExplainedKey | undefined;
  /** The key set of the issuer; `undefined` when the token is not a JWT that names a trusted issuer. */
  readonly keySet: ExplainedKeySet | undefined;
  /** What the authorization server answered; `undefined` when it was not asked. */
  readonly introspection: ExplainedIntrospection | undefined;
  /** Every check, in the order of verification, including those after the first failure. */
  readonly checks: readonly ExplainedCheck[];
  /** The known mistakes in the token; empty when it is accepted, or when none was found. */
  readonly findings: readonly Finding[];
}
