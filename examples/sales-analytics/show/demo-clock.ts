/**
 * The time of the demo.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';

/** A clock, and a function that waits. */
export interface DemoClock {
  /** Returns the time in milliseconds since the epoch. */
  now(): number;
  /** Waits. */
  wait(ms: number): Promise<unknown>;
}

/** The real time. */
export const REAL_CLOCK: DemoClock = { now: Date.now, wait: (ms) => setTimeout(ms) };

/** Creates a clock for tests, whose `wait` moves the time forward without waiting. */
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
