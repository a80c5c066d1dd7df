/**
 * Load at a constant rate.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';

/** How many calls to start, and for how long. */
export interface LoadOptions {
  readonly perSecond: number;
  readonly forMs: number;
}

/** So many calls are under way only where a machine is too slow for their rate. */
const MOST_AT_ONCE = 100;

/** Starts calls at a constant rate, as far as the machine can keep up, and waits for their results. */
export async function sendLoad<Result>(
  { perSecond, forMs }: LoadOptions,
  call: () => Promise<Result>,
): Promise<readonly Result[]> {
  const calls: Promise<Result>[] = [];
  let underWay = 0;
  const begin = async (): Promise<Result> => {
    underWay += 1;
    try {
      return await call();
    } finally {
      underWay -= 1;
    }
  };
  const start = performance.now();
  for (let now = start; now < start + forMs; now = performance.now()) {
    const due = ((now - start) / 1_000) * perSecond;
    while (calls.length < due && underWay < MOST_AT_ONCE) calls.push(begin());
    await wait(1_000 / perSecond);
  }
  return Promise.all(calls);
}

/** Repeats a call until its result fulfills a condition, at most for 90 s. */
export async function repeatUntil<Result>(
  call: () => Promise<Result>,
  isDone: (result: Result) => boolean,
): Promise<Result> {
  const start = performance.now();
  for (;;) {
    const result = await call();
    if (isDone(result)) return result;
    if (performance.now() > start + 90_000) throw new Error('did not happen within 90 s');
    await wait(20);
  }
}

/** The value below which this share of all is, by size. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
