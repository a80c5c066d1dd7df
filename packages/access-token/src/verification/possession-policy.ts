/**
 * The possession policy: resolved options, with the verifier of proofs.
 *
 * @module
 */
import { createProofVerifier } from '../dpop/create-proof-verifier.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { PossessionPolicy } from './possession.js';

/** Creates the possession policy of a verifier. */
export function createPossessionPolicy({
  possession: { dpop, senderConstraint },
  clock,
}: ResolvedOptions<unknown>): PossessionPolicy {
  const verifyProof = dpop && createProofVerifier(dpop);
  return { verifyProof, senderConstraint, clock };
}
