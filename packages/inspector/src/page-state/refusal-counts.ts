/**
 * Sums of the counters: what the overview shows.
 *
 * @module
 */
import type { CounterRow, Counters, CounterSlot } from '../wire.js';

/** What a counter of a slot counts. */
export type SlotMember = 'allowed' | 'refused' | 'unavailable' | 'other';

/** Number of requests that were not allowed, by what they have in common. */
export interface RefusalCount {
  readonly name: string;
  readonly count: number;
  /** The reasons, most frequent first. */
  readonly reasons: readonly string[];
}

/** The total of a member over the window. */
export function sumSlots(slots: readonly CounterSlot[], member: SlotMember): number {
  return slots.reduce((sum, slot) => sum + slot[member], 0);
}

/** Sums of slots, at most `count` of them, so that a table stays short. */
export function mergeSlots(slots: readonly CounterSlot[], count: number): readonly CounterSlot[] {
  const size = Math.max(1, Math.ceil(slots.length / count));
  return Array.from({ length: Math.ceil(slots.length / size) }, (_, index) => {
    const part = slots.slice(index * size, (index + 1) * size);
    return {
      time: part[0]?.time ?? 0,
      allowed: sumSlots(part, 'allowed'),
      refused: sumSlots(part, 'refused'),
      unavailable: sumSlots(part, 'unavailable'),
      other: sumSlots(part, 'other'),
    };
  });
}

/** Requests that were refused, or could not be decided, by reason; most frequent first. */
export function countByReason({ by }: Counters): readonly RefusalCount[] {
  return count(by, ({ reason, outcome }) => reason ?? outcome);
}

/** The same by method and route. */
export function countByRoute({ by }: Counters): readonly RefusalCount[] {
  return count(by, ({ method = '', route }) => `${method} ${route ?? '(unknown route)'}`.trim());
}

function count(
  rows: readonly CounterRow[],
  nameOf: (row: CounterRow) => string,
): readonly RefusalCount[] {
  const groups = new Map<string, Map<string, number>>();
  for (const row of rows) {
    if (row.outcome === 'allowed' || row.outcome === 'anonymous') continue;
    const name = nameOf(row);
    const reasons = groups.get(name) ?? new Map<string, number>();
    const reason = row.reason ?? row.outcome;
    reasons.set(reason, (reasons.get(reason) ?? 0) + row.count);
    groups.set(name, reasons);
  }
  return [...groups]
    .map(([name, reasons]) => {
      const sorted = [...reasons].sort(([, a], [, b]) => b - a);
      const total = sorted.reduce((sum, [, each]) => sum + each, 0);
      return { name, count: total, reasons: sorted.map(([reason]) => reason) };
    })
    .sort((a, b) => b.count - a.count);
}
