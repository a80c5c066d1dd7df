/**
 * The possession policy: resolved options, with the verifier of proofs.
 *
 * @module
 */
import { createProofVerifier } from '../dpop/create-proof-verifier.js';
import { createProofRules, type ProofRules } from '../dpop/proof-rules.js';
import {
  createReplayRegister,
  type ReplayRegister,
  replayWindowMs,
} from '../dpop/replay-register.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { PossessionPolicy } from './possession.js';

/** What proofs are verified with. */
export interface ProofMeans {
  readonly rules: ProofRules;
  readonly replays: ReplayRegister;
}

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
  const proofs = dpop && {
    rules: createProofRules(dpop),
    replays: createReplayRegister(dpop.replay, replayWindowMs(dpop)),
  };
  const verifyProof = dpop && createProofVerifier(dpop, proofs?.replays);
  return { verifyProof, senderConstraint, clock, proofs };
}
