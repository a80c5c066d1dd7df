/**
 * A clock that tests control.
 *
 * @module
 */

/**
 * A clock that stands still until it is moved.
 *
 * It is a function that returns milliseconds, so it can be passed wherever such a clock is expected.
 */
export interface TestClock {
  /** Returns the time, in milliseconds since the epoch. */
  (): number;
  /** Returns the same as calling the clock. */
  readonly now: () => number;
  /** Moves the clock forward by a number of milliseconds; a negative number moves it back. */
  readonly advance: (ms: number) => void;
  /** Sets the time, in milliseconds since the epoch. */
  readonly set: (ms: number) => void;
}

/**
 * Creates a clock. The clock throws a `TypeError` when it is moved by, or set to, a number that is not
 * finite.
 *
 * @param startMs - The initial time, in milliseconds since the epoch; the current time by default.
 * @throws TypeError `startMs` is not a finite number.
 * @example
 * const clock = createTestClock();
 * const issuer = await createTestIssuer({ clock });
 * clock.advance(60_000);
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
  if (!Number.isFinite(ms))
    throw new TypeError('a test clock expects a finite number of milliseconds');
  return ms;
}
