/**
 * Days on which something was seen, as ranges. They can be merged without knowing the single requests, and a
 * client that calls every day has one range.
 *
 * @module
 */
import type { DayRange } from './privilege-usage.js';

/** The number of milliseconds in a day. */
export const DAY_MS = 86_400_000;

/** The number of ranges that are kept: a year of single days that are two days apart has 183. */
const MAX_RANGES = 400;

/** Returns the day of a time, in days since the epoch (UTC). */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

/**
 * Merges ranges. Of too many, the latest are kept, so that what is lost counts as a gap.
 *
 * @returns Ascending ranges with at least one day between them.
 */
export function mergeDays(ranges: readonly DayRange[]): readonly DayRange[] {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort(([one], [other]) => one - other)) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous[1] + 1) merged.push([first, last]);
    else previous[1] = Math.max(previous[1], last);
  }
  return merged.slice(-MAX_RANGES);
}

/**
 * Finds the longest gap between two days with requests, in days. What follows the last one counts as well:
 * a monthly job is silent for a month before it is seen again.
 *
 * @param from - The first day; days that are no longer known follow it.
 * @param to - The last day that was observed.
 */
export function findLongestGap(ranges: readonly DayRange[], from: number, to: number): number {
  let longest = 0;
  let previous = from;
  for (const [first, last] of ranges) {
    longest = Math.max(longest, first - previous);
    previous = Math.max(previous, last);
  }
  return Math.max(longest, to - previous);
}
