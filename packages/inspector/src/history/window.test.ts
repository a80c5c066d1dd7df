import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLOT_COUNT, slotAt, WindowCount } from './window.js';

describe('WindowCount', () => {
  it('counts what a list of all events within the window counts', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.nat(200), (given, pause) => {
        const count = new WindowCount();
        const events: number[] = [];
        let slot = 1_000;
        for (const step of given) {
          slot += step;
          count.add(slot);
          events.push(slot);
        }
        slot += pause;
        const isInside = (each: number): boolean => each > slot - SLOT_COUNT;
        expect(count.totalAt(slot)).toBe(events.filter(isInside).length);
        for (let each = slot - SLOT_COUNT + 1; each <= slot; each += 1) {
          expect(count.at(each)).toBe(events.filter((event) => event === each).length);
        }
      }),
      { seed: 17 },
    );
  });

  it('counts events in the newest slot when the clock goes back', () => {
    const count = new WindowCount();
    count.add(1_000);
    count.add(900);
    expect([count.at(1_000), count.at(900), count.totalAt(1_000)]).toEqual([2, 0, 2]);
  });

  it('has slots of 10 seconds', () => {
    expect([slotAt(0), slotAt(9_999), slotAt(10_000)]).toEqual([0, 0, 1]);
  });
});
