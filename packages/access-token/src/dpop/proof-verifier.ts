/**
 * What verifies proofs of possession.
 *
 * @module
 */

/** A proof with the request that it must be made for. */
export interface PresentedProof {
  /** Every line of the field `DPoP`, none of them joined. */
  readonly proofs: readonly string[];
  /** The method of the request, as it was sent. */
  readonly method: string;
  /** The target of the request, as it was sent. RFC 9112 §3.2. */
  readonly target: string;
  /** The SHA-256 of the access token in base64url: what `ath` must be. */
  readonly tokenDigest: string;
  /**
   * The binding of the access token. One object for each token, with which the imported key of its
   * proofs is kept.
   */
  readonly confirmation: { readonly jkt: string };
  /**
   * The request that carries the proof: verifiers that share a replay store register its proof once.
   */
  readonly request: object | undefined;
  /** The time of the request, in milliseconds since the epoch. It is read once per request. */
  readonly nowMs: number;
}

/**
 * Verifies a proof, registers it, and returns the nonce to send with the response, or `undefined`.
 *
 * @returns Synchronously unless the replay store is asynchronous.
 * @throws InvalidTokenError `binding`: the proof is by another key.
 * @throws InvalidProofError The first check that failed is its reason.
 * @throws UseNonceError The proof is acceptable except for its nonce.
 * @throws ReplayStoreUnavailableError (or rejects) The replay store is unavailable.
 * @see RFC 9449 §4.3
 */
export type ProofVerifier = (
  presented: PresentedProof,
) => string | undefined | Promise<string | undefined>;
