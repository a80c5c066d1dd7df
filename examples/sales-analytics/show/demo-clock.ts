/**
 * The time that scenes take.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';

/** A clock, and a way to let it run on. */
export interface PassingTime {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Lets time pass. */
  pass(ms: number): Promise<unknown>;
}

/** Time as it is. */
export const REAL_TIME: PassingTime = { now: Date.now, pass: (ms) => setTimeout(ms) };

/** Time for the impatient: it passes at once. */
export function createFastTime(): PassingTime {
  let skippedMs = 0;
  return {
    now: () => Date.now() + skippedMs,
    pass(ms) {
      skippedMs += ms;
      return Promise.resolve();
    },
  };
}
