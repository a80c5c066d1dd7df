import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DatedDecision,
  holding,
  recordAll,
} from '../../../../test/support/recorded-decisions.js';
import { reportPrivileges } from '../report/report-privileges.js';
import { mergeUsage } from './merge-usage.js';
import type { PrivilegeUsage } from './privilege-usage.js';

const RUNS = { seed: 20_261_122, numRuns: 200 };

const decisions = fc.array(
  fc.record<DatedDecision>({
    clientId: fc.constantFrom('one', 'two'),
    held: fc.constantFrom(holding('read'), holding('read', 'write'), holding('admin', 'read')),
    route: fc.constantFrom('/sales', '/refunds'),
    day: fc.nat({ max: 60 }),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Snapshots of a few processes, several of some. */
const snapshots = fc
  .array(fc.record({ boot: fc.constantFrom('a', 'b', 'c'), length: fc.nat({ max: 12 }) }), {
    minLength: 3,
    maxLength: 3,
  })
  .chain((taken) =>
    fc
      .record({ a: decisions, b: decisions, c: decisions })
      .map((all) =>
        taken.map(({ boot, length }): PrivilegeUsage =>
          recordAll(all[boot].slice(0, length), { boot }),
        ),
      ),
  );

describe('mergeUsage', () => {
  it('is associative, commutative and idempotent', () => {
    fc.assert(
      fc.property(snapshots, ([one, two, three]) => {
        if (one === undefined || two === undefined || three === undefined) return;
        const merged = mergeUsage(one, two, three);
        expect(mergeUsage(mergeUsage(one, two), three)).toEqual(merged);
        expect(mergeUsage(one, mergeUsage(two, three))).toEqual(merged);
        expect(mergeUsage(three, one, two)).toEqual(merged);
        expect(mergeUsage(merged, merged, one)).toEqual(merged);
      }),
      RUNS,
    );
  });

  it('reports the same however requests are spread over processes', () => {
    fc.assert(
      fc.property(
        decisions,
        fc.array(fc.constantFrom('a', 'b'), { minLength: 12 }),
        (all, boots) => {
          const of = (boot: string): PrivilegeUsage =>
            recordAll(
              all.filter((_, index) => boots[index] === boot),
              { boot },
            );
          const options = { minDays: 20, minRequests: 3 };
          const whole = reportPrivileges(recordAll(all), options);
          const spread = reportPrivileges(mergeUsage(of('a'), of('b')), options);
          expect({ ...spread, processes: 1 }).toEqual(whole);
        },
      ),
      RUNS,
    );
  });

  it.each([{}, null, { scopegate: 'usage/2', processes: [] }, { scopegate: 'usage/1' }])(
    'throws for what is not a snapshot of this version: %j',
    (value) => {
      expect(() => mergeUsage(value as unknown as PrivilegeUsage)).toThrow(
        new TypeError(
          'mergeUsage() expects snapshots of the format "usage/1"; read files with createUsageReader()',
        ),
      );
    },
  );

  it('merges nothing to nothing', () => {
    expect(mergeUsage()).toEqual({ scopegate: 'usage/1', processes: [] });
  });

  it('lets the snapshot with more decisions count, even if the clock was set back', () => {
    const late = recordAll([{}, {}], { toDay: 1 });
    expect(mergeUsage(late, recordAll([{}], { toDay: 9 }))).toEqual(late);
  });
});
