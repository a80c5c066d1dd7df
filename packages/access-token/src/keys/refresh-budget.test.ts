import { describe, expect, it } from 'vitest';
import { RefreshBudget } from './refresh-budget.js';

const START = Date.UTC(2030, 0, 1);

/** How many of many that ask at one time get a refresh. */
function taken(budget: RefreshBudget, nowMs: number): number {
  let count = 0;
  for (let asked = 0; asked < 100; asked += 1) count += budget.spend(nowMs) ? 1 : 0;
  return count;
}

describe('RefreshBudget', () => {
  it('gives four at once', () => {
    expect(taken(new RefreshBudget(), START)).toBe(4);
  });

  it('gives one more every five seconds', () => {
    const budget = new RefreshBudget();
    taken(budget, START);
    const given = [1, 4_999, 5_000, 9_999, 10_000].map((ms) => taken(budget, START + ms));
    expect(given).toEqual([0, 0, 1, 0, 1]);
  });

  it('earns while it is asked in vain', () => {
    const budget = new RefreshBudget();
    taken(budget, START);
    let given = 0;
    for (let ms = 0; ms <= 60_000; ms += 100) given += taken(budget, START + ms);
    expect(given).toBe(12);
  });

  it('saves four at the most', () => {
    const budget = new RefreshBudget();
    taken(budget, START);
    expect(taken(budget, START + 86_400_000)).toBe(4);
  });

  it('is whole at any time, the epoch included', () => {
    expect(taken(new RefreshBudget(), 0)).toBe(4);
  });

  it('earns nothing and loses nothing when the clock is set back', () => {
    const budget = new RefreshBudget();
    taken(budget, START);
    expect(taken(budget, START - 3_600_000)).toBe(0);
    expect(taken(budget, START - 3_600_000 + 5_000)).toBe(1);
  });
});
