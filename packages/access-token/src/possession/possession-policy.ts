/**
 * The possession policy: resolved options, with the verifier of proofs.
 *
 * @module
 */
import { createProofVerifier } from '../dpop/create-proof-verifier.js';
import { createProofMeans, type ProofMeans } from '../dpop/proof-means.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { PossessionPolicy } from './possession.js';

/** The possession policy of a verifier, and what its proofs are verified with. */
export interface VerifierPossession extends PossessionPolicy {
  /** `undefined` when proofs are not accepted. */
  readonly proofs: ProofMeans | undefined;
}

/** Creates the possession policy of a verifier. */
export function createPossessionPolicy({
  possession: { dpop, senderConstraint },
  clock,
}: ResolvedOptions<unknown>): VerifierPossession {
  const proofs = dpop && createProofMeans(dpop);
  const verifyProof = proofs && createProofVerifier(proofs);
  return { verifyProof, senderConstraint, clock, proofs };
}
