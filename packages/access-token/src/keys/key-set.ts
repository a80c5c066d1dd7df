/**
 * The keys of one issuer, as the verifier uses them.
 *
 * @module
 */
import type { Algorithm, VerificationKey } from '../jws/signature.js';

/**
 * The state of a key set.
 *
 * `empty`: nothing was fetched yet. `fresh`: the keys are within their lifetime. `stale`: the keys
 * are past their lifetime and are used while the issuer cannot be reached. `withdrawn`: the
 * issuer's last JWKS was `{"keys":[]}`, so all of its tokens are refused. `unavailable`: there are
 * no keys to verify with.
 */
export type KeySetState = 'empty' | 'fresh' | 'stale' | 'withdrawn' | 'unavailable';

/** The health of one issuer's key set. Contains no key and nothing from any token. */
export interface KeySetHealth {
  /** The issuer identifier. */
  readonly issuer: string;
  /** Whether the keys can be used, and how old they are. */
  readonly state: KeySetState;
  /** Number of usable keys. */
  readonly keys: number;
  /**
   * Whether the keys come from a snapshot, because this process has not fetched them yet; see
   * `keySet.snapshots`.
   */
  readonly fromSnapshot: boolean;
  /**
   * Time since the last successful response, of another process if the keys come from a snapshot, in
   * milliseconds; `undefined` before the first.
   */
  readonly ageMs: number | undefined;
  /**
   * Why the last attempt returned no keys, with the URL and the system's cause; `undefined` if it
   * returned keys.
   */
  readonly lastError: Error | undefined;
  /** When the next refresh is due, in milliseconds since the epoch; `undefined` if none is planned. */
  readonly nextAttemptAt: number | undefined;
}

/** A search for the key that made a signature. */
export interface SignerQuery {
  readonly alg: Algorithm;
  /** `undefined` for a token without one: any key for the algorithm may have signed it. */
  readonly kid: string | undefined;
  /** Whether a key made the signature. */
  readonly hasSigned: (key: VerificationKey) => boolean;
}

/** The result of a search for the key that made a signature. */
export interface SignerSearch {
  /** The key that made the signature; `undefined` if none of the candidates did. */
  readonly signer: VerificationKey | undefined;
  /** The keys that match the query; empty if the issuer has none. */
  readonly candidates: readonly VerificationKey[];
}

/** The keys of one issuer. */
export interface KeySet {
  /** Whether keys can be used right now, without waiting. Starts a refresh that is due. */
  isUsable(): boolean;
  /**
   * Finds the key that made a signature. Fetches the keys again, within a budget, when a newer key
   * may have made it.
   *
   * @returns Synchronously when no request is needed.
   * @throws KeySetUnavailableError (rejects) The keys cannot be fetched now.
   */
  findSigner(query: SignerQuery): SignerSearch | Promise<SignerSearch>;
  /** Counts the keys for an algorithm, including those beyond the limit of candidates. */
  count(alg: Algorithm): number;
  /**
   * Resolves when there are keys to verify with.
   *
   * @throws KeySetUnavailableError (rejects)
   */
  whenReady(): Promise<void>;
  /**
   * Fetches the keys now; resolves when they are in use.
   *
   * @throws KeySetUnavailableError (rejects) The keys could not be fetched; the current keys stay
   *   in use.
   */
  refresh(): Promise<void>;
  /** Reports the state of the keys. */
  health(): KeySetHealth;
  /** Stops refreshing. */
  close(): void;
}
