/**
 * What the proofs of a verifier are checked with.
 *
 * @module
 */
import type { ProofPolicy } from './proof-policy.js';
import { createProofRules, type ProofRules } from './proof-rules.js';
import { createReplayRegister, type ReplayRegister, replayWindowMs } from './replay-register.js';

/** What proofs are checked with: one object for each verifier. */
export interface ProofMeans {
  readonly rules: ProofRules;
  readonly replays: ReplayRegister;
}

/** Creates what the proofs of a policy are checked with. */
export function createProofMeans(policy: ProofPolicy): ProofMeans {
  return Object.freeze({
    rules: createProofRules(policy),
    replays: createReplayRegister(policy.replay, replayWindowMs(policy)),
  });
}
