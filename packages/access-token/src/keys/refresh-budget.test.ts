import { describe, expect, it } from 'vitest';
import { RefreshBudget } from './refresh-budget.js';

const START = Date.UTC(2030, 0, 1);

/** Spends as many refreshes as possible at one time. */
function taken(budget: RefreshBudget, nowMs: number): number {
  let count = 0;
  for (let asked = 0; asked < 100; asked += 1) count += budget.spend(nowMs) ? 1 : 0;
  return count;
}

describe('RefreshBudget', () => {
  it('allows four refreshes at once', () => {
    expect(taken(new RefreshBudget(), START)).toBe(4);
  });

  it('allows one more every five seconds', () => {
    const budget = new RefreshBudget();
    taken(budget, START);
    const given = [1, 4_999, 5_000, 9_999, 10_000].map((ms) => taken(budget, START + ms));
    expect(given).toEqual([0, 0, 1, 0, 1]);
  });

  it('refills while it refuses refreshes', () => {
    const budget = new RefreshBudget();
    taken(budget, START);
    let given = 0;
    for (let ms = 0; ms <= 60_000; ms += 100) given += taken(budget, START + ms);
    expect(given).toBe(12);
  });

  it('holds at most four', () => {
    const budget = new RefreshBudget();
    taken(budget, START);
    expect(taken(budget, START + 86_400_000)).toBe(4);
  });

  it('is full at the epoch', () => {
    expect(taken(new RefreshBudget(), 0)).toBe(4);
  });

  it('does not change when the clock is set back', () => {
    const budget = new RefreshBudget();
    taken(budget, START);
    expect(taken(budget, START - 3_600_000)).toBe(0);
    expect(taken(budget, START - 3_600_000 + 5_000)).toBe(1);
  });
});
