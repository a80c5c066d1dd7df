/**
 * What a verifier of proofs prepares once.
 *
 * @module
 */
import type { PublicKeyAlgorithm } from '../jws/signature.js';
import { createNonces, type Nonces } from './nonces.js';
import type { ProofPolicy } from './proof-policy.js';
import { normalizeUrl } from './request-url.js';

/** A {@link ProofPolicy}, prepared for checks. */
export interface ProofRules {
  readonly algorithms: readonly PublicKeyAlgorithm[];
  /** Normalized, without a slash at the end. */
  readonly publicUrls: readonly string[];
  readonly maxAgeSeconds: number;
  readonly clockToleranceSeconds: number;
  /** `undefined` when nonces are not demanded. */
  readonly nonces: Nonces | undefined;
}

/** Prepares a policy for checks. */
export function createProofRules(policy: ProofPolicy): ProofRules {
  const { algorithms, maxAgeSeconds, clockToleranceSeconds, nonce } = policy;
  return Object.freeze({
    algorithms,
    publicUrls: policy.publicUrls.map((url) => (normalizeUrl(url) ?? url).replace(/\/$/, '')),
    maxAgeSeconds,
    clockToleranceSeconds,
    nonces: nonce && createNonces(nonce),
  });
}
