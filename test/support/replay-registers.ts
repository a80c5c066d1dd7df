/**
 * Registers of used proofs.
 *
 * @module
 */
import { InvalidProofError } from '@scopegate/protocol';
import {
  createReplayRegister,
  formatProofId,
  type ReplayRegister,
  type ProofUse,
} from '../../packages/access-token/src/dpop/replay-register.js';
import type { ReplayPolicy } from '../../packages/access-token/src/replay/resolve-replay.js';
import type { ReplayStore } from '../../packages/access-token/src/replay/replay-store.js';
import { ReplayStoreUnavailableError } from '../../packages/access-token/src/replay/replay-store-unavailable-error.js';

/** When every proof is created and registered, unless a test chooses another time. */
export const START = Date.UTC(2030, 0, 1);
/** Of the key of every proof. */
export const THUMBPRINT = 't'.repeat(43);
/** How long every proof stays registered. */
export const WINDOW_MS = 95_000;

/** Creates a proof that is acceptable otherwise. */
export function proofOf(jti: string, members: Partial<ProofUse> = {}): ProofUse {
  const id = formatProofId(THUMBPRINT, jti);
  return { id, createdAtMs: START, request: undefined, ...members };
}

/** Registers in the memory of the process. */
export function createProcessRegister(maxEntries = 1_000): ReplayRegister {
  return createReplayRegister({ store: undefined, maxEntries }, WINDOW_MS);
}

/** Registers in a store; `'local'` in the memory of the process as well, which holds two proofs. */
export function createSharedRegister(
  store: ReplayStore,
  whileUnavailable: 'refuse' | 'local' = 'refuse',
): ReplayRegister {
  const policy: ReplayPolicy = { store, timeoutMs: 250, whileUnavailable, maxEntries: 2 };
  return createReplayRegister(policy, WINDOW_MS);
}

/** What a registration throws, now or later; `'accepted'` when it succeeds. */
export async function outcomeOf(
  register: ReplayRegister,
  proof: ProofUse,
  nowMs = START,
): Promise<string> {
  try {
    await register.register(proof, nowMs);
    return 'accepted';
  } catch (error) {
    if (error instanceof InvalidProofError) return error.reason;
    if (error instanceof ReplayStoreUnavailableError) return error.failure;
    throw error;
  }
}
