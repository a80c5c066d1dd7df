/**
 * Replay stores.
 *
 * @module
 */
import type { ReplayStore } from '@scopegate/access-token';

/** A store that works, with the arguments of its calls. */
export interface RecordingReplayStore extends ReplayStore {
  readonly calls: readonly (readonly [proof: string, windowMs: number])[];
}

/** Creates an asynchronous store in memory. It never forgets a proof. */
export function createReplayStore(): RecordingReplayStore {
  const calls: [string, number][] = [];
  const register = (proof: string, windowMs: number): Promise<boolean> => {
    const isNew = calls.every(([known]) => known !== proof);
    calls.push([proof, windowMs]);
    return Promise.resolve(isNew);
  };
  return { calls, register };
}

/** Creates a store that may break the contract of a store. */
export function replayStoreOf(register: () => unknown, notBefore?: unknown): ReplayStore {
  return { register, notBefore } as ReplayStore;
}
