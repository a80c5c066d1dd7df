import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecisionEvent } from '@scopegate/resource-server';
import { DecisionRings } from '../history/decision-rings.js';
import { Cursor, findStart } from './cursor.js';
import { DecisionBatches } from './decision-batches.js';

/** Only what rings and batches read. */
function createDecision(kind: number): DecisionEvent {
  const reasons = ['expired', 'scope', 'audience'] as const;
  const reason = reasons[kind % 4];
  const outcome = reason === undefined ? 'allowed' : 'refused';
  return {
    outcome,
    reason,
    server: 'sales',
    earlier: [],
    policy: undefined,
  } as unknown as DecisionEvent;
}

/** Decisions are made, or the page is sent a batch. */
const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('decide'),
      count: fc.integer({ min: 1, max: 400 }),
      of: fc.nat(3),
    }),
    fc.record({ kind: fc.constant('send') }),
  ),
  { maxLength: 40 },
);

describe('Cursor', () => {
  it('reports every decision that its page was not sent as a gap, and sends none twice', () => {
    fc.assert(
      fc.property(steps, fc.nat(1_000), (given, before) => {
        const rings = new DecisionRings();
        const batches = new DecisionBatches(rings, 'boot', (server) => server);
        const decide = (count: number, of: number): void => {
          for (let made = 0; made < count; made += 1) {
            rings.add({ time: 0, event: createDecision(of), skipped: 0 });
          }
        };
        decide(before, 0);
        const cursor = new Cursor({ seq: before, silentUpTo: 0 });
        const sent: number[] = [];
        let missed = 0;
        const send = (): void => {
          for (;;) {
            const batch = batches.findAfter(cursor.seq);
            if (batch === undefined) return;
            missed += cursor.moveBehind(batch);
            sent.push(...batch.seqs);
          }
        };
        for (const step of given) {
          if ('count' in step) decide(step.count, step.of);
          else send();
        }
        send();
        expect(new Set(sent).size).toBe(sent.length);
        expect([...sent].sort((one, other) => one - other)).toEqual(sent);
        expect(sent.every((seq) => seq > before)).toBe(true);
        expect(sent.length + missed).toBe(rings.lastSeq - before);
      }),
      { seed: 17, numRuns: 200 },
    );
  });

  it('reports nothing that was dropped before a page was opened', () => {
    const rings = new DecisionRings();
    const batches = new DecisionBatches(rings, 'boot', (server) => server);
    for (let made = 0; made < 700; made += 1) {
      rings.add({ time: 0, event: createDecision(made === 0 ? 0 : 3), skipped: 0 });
    }
    const cursor = new Cursor(findStart(undefined, { boot: 'boot', lastSeq: rings.lastSeq }));
    let received = 0;
    for (let batch = batches.findAfter(cursor.seq); batch !== undefined;) {
      expect(cursor.moveBehind(batch)).toBe(0);
      received += batch.seqs.length;
      batch = batches.findAfter(cursor.seq);
    }
    expect(received).toBe(501);
  });
});

describe('findStart', () => {
  it.each([
    ['boot-7', { seq: 7, silentUpTo: 0 }],
    ['boot-9', { seq: 9, silentUpTo: 0 }],
    ['boot-10', { seq: 0, silentUpTo: 9 }],
    ['other-7', { seq: 0, silentUpTo: 9 }],
    ['boot-x', { seq: 0, silentUpTo: 9 }],
    ['', { seq: 0, silentUpTo: 9 }],
    [undefined, { seq: 0, silentUpTo: 9 }],
  ])('starts at the id %j', (id, start) => {
    expect(findStart(id, { boot: 'boot', lastSeq: 9 })).toEqual(start);
  });
});
