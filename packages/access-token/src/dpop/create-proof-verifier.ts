/**
 * Creates the verifier of proofs.
 *
 * @module
 */
import { InvalidProofError } from '@scopegate/protocol';
import type { ProofPolicy } from './proof-policy.js';
import type { ProofVerifier } from './proof-verifier.js';

/** Creates a verifier of proofs. */
export function createProofVerifier(_policy: ProofPolicy): ProofVerifier {
  return () => {
    throw new InvalidProofError('proof_malformed');
  };
}
