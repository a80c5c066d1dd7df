import { describe, expect, it } from 'vitest';
import type { CounterRow } from '../wire.js';
import { countByReason, countByRoute, mergeSlots, sumSlots } from './refusal-counts.js';

function row(
  outcome: CounterRow['outcome'],
  reason: string,
  route: string,
  count: number,
): CounterRow {
  return { server: 'sales', outcome, reason, method: 'GET', route, count };
}

const COUNTERS = {
  windowSeconds: 900,
  slotSeconds: 10,
  slots: [],
  by: [
    row('allowed', '', '/a', 900),
    row('refused', 'scope', '/a', 2),
    row('refused', 'expired', '/a', 5),
    row('refused', 'expired', '/b', 4),
    row('unavailable', 'unavailable', '/b', 1),
    { server: 'sales', outcome: 'error', count: 3 },
  ],
} as const;

describe('countByReason', () => {
  it('adds up what was not allowed, most frequent first', () => {
    expect(countByReason(COUNTERS).map(({ name, count }) => [name, count])).toEqual([
      ['expired', 9],
      ['error', 3],
      ['scope', 2],
      ['unavailable', 1],
    ]);
  });
});

describe('countByRoute', () => {
  it('names the reasons of each route, most frequent first', () => {
    expect(countByRoute(COUNTERS)).toEqual([
      { name: 'GET /a', count: 7, reasons: ['expired', 'scope'] },
      { name: 'GET /b', count: 5, reasons: ['expired', 'unavailable'] },
      { name: '(unknown route)', count: 3, reasons: ['error'] },
    ]);
  });
});

describe('mergeSlots', () => {
  it('keeps the sums and the first times', () => {
    const slots = Array.from({ length: 7 }, (_, index) => ({
      time: index * 10,
      allowed: index,
      refused: 1,
      unavailable: 0,
      other: 2,
    }));
    const merged = mergeSlots(slots, 3);
    expect(merged.map(({ time }) => time)).toEqual([0, 30, 60]);
    for (const member of ['allowed', 'refused', 'unavailable', 'other'] as const) {
      expect(sumSlots(merged, member)).toBe(sumSlots(slots, member));
    }
    expect(mergeSlots([], 3)).toEqual([]);
  });
});
