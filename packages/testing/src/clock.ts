/**
 * Time that a test moves by hand.
 *
 * @module
 */

/**
 * A clock that stands still until it is moved.
 *
 * Callable, so that it fits wherever a `() => number` in milliseconds is taken.
 */
export interface TestClock {
  /** The time, in milliseconds since the epoch. */
  (): number;
  /** The same as calling the clock. */
  readonly now: () => number;
  /** Moves on by so many milliseconds; a negative number moves back. */
  readonly advance: (ms: number) => void;
  /** Moves to a time, in milliseconds since the epoch. */
  readonly set: (ms: number) => void;
}

/**
 * Makes a clock.
 *
 * @param startMs - Where it starts, in milliseconds since the epoch.
 * @defaultValue `startMs`: the real time
 * @throws TypeError When it is made with, or moved by, something that is no finite number.
 */
export function createTestClock(startMs: number = Date.now()): TestClock {
  let now = finite(startMs);
  const read = (): number => now;
  return Object.assign(read, {
    now: read,
    advance(ms: number): void {
      now += finite(ms);
    },
    set(ms: number): void {
      now = finite(ms);
    },
  });
}

function finite(ms: number): number {
  if (!Number.isFinite(ms)) throw new TypeError('a test clock needs a finite number of ms');
  return ms;
}
