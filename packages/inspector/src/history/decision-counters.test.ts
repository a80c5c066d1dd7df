import type { DecisionEvent } from '@scopegate/resource-server';
import { describe, expect, it } from 'vitest';
import { DecisionCounters } from './decision-counters.js';

const REFUSED = { outcome: 'refused', reason: 'expired', server: 'sales', method: 'GET' } as const;

/** Only what the counters read. */
function createDecision(members: Partial<DecisionEvent>): DecisionEvent {
  return { ...REFUSED, ...members } as DecisionEvent;
}

describe('DecisionCounters', () => {
  it('counts by server, outcome, reason, method and route', () => {
    const counters = new DecisionCounters();
    for (const members of [{}, {}, { method: 'POST' }, { route: '/a' }, { server: 'ops' }]) {
      counters.add(createDecision(members), 1_000);
    }
    counters.add(createDecision({ outcome: 'anonymous', reason: undefined }), 1_000);
    const { by, slots } = counters.read(1_000);
    expect(by.map(({ count }) => count)).toEqual([2, 1, 1, 1, 1]);
    expect(slots).toHaveLength(90);
    expect(slots.at(-1)).toEqual({ time: 0, allowed: 1, refused: 5, unavailable: 0, other: 0 });
  });

  it.each([
    ['allowed', 'allowed'],
    ['anonymous', 'allowed'],
    ['refused', 'refused'],
    ['unavailable', 'unavailable'],
    ['error', 'other'],
    ['unenforced', 'other'],
  ] as const)('counts the outcome %s as %s', (outcome, column) => {
    const counters = new DecisionCounters();
    counters.add(createDecision({ outcome }), 0);
    expect(counters.read(0).slots.at(-1)?.[column]).toBe(1);
  });

  it('drops what is older than 15 minutes', () => {
    const counters = new DecisionCounters();
    counters.add(createDecision({}), 0);
    expect(counters.read(899_999).by).toHaveLength(1);
    expect(counters.read(900_000).by).toEqual([]);
  });

  it('has at most 1,500 rows, and counts the rest of the routes together', () => {
    const counters = new DecisionCounters();
    for (let route = 0; route < 10_000; route += 1) {
      counters.add(createDecision({ route: `/${route}`, method: `M${route}` }), 0);
    }
    const { by } = counters.read(0);
    expect(by).toHaveLength(1_501);
    expect(by.at(-1)).toMatchObject({ route: '_OTHER', method: undefined, count: 8_500 });
    expect(by.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(10_000);
  });

  it('gives the place of rows that are no longer counted to others', () => {
    const counters = new DecisionCounters();
    for (let route = 0; route < 1_500; route += 1) {
      counters.add(createDecision({ route: `/${route}` }), 0);
    }
    counters.add(createDecision({ route: '/new' }), 900_000);
    expect(counters.read(900_000).by).toMatchObject([{ route: '/new', count: 1 }]);
  });

  it('skips more than 20 decisions of a kind in a second, and reports how many', () => {
    const counters = new DecisionCounters();
    const kept = Array.from({ length: 25 }, () => counters.add(createDecision({}), 0));
    expect(kept.filter((skipped) => skipped === 0)).toHaveLength(20);
    expect(kept.slice(20)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(counters.add(createDecision({ route: '/other' }), 0)).toBe(0);
    expect(counters.add(createDecision({}), 1_000)).toBe(5);
    expect(counters.add(createDecision({}), 1_000)).toBe(0);
  });
});
