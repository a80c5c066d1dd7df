/**
 * The clock of the demo.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';

/** A clock, and a function that waits. */
export interface DemoClock {
  /** Returns the time in milliseconds since the epoch. */
  now(): number;
  /** Waits for a number of milliseconds. */
  wait(ms: number): Promise<unknown>;
}

/** The system clock. */
export const REAL_CLOCK: DemoClock = { now: Date.now, wait: (ms) => setTimeout(ms) };

/** Creates a clock for tests. Its `wait` advances the time without waiting. */
export function createFastClock(): DemoClock {
  let skippedMs = 0;
  return {
    now: () => Date.now() + skippedMs,
    wait(ms) {
      skippedMs += ms;
      return Promise.resolve();
    },
  };
}
