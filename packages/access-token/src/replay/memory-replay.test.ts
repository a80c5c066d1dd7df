import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryReplay } from './memory-replay.js';
import { ReplayStoreUnavailableError } from './replay-store-unavailable-error.js';

const SEED = 9449;
const START = Date.UTC(2030, 0, 1);
const SECOND = 1_000;
const BUCKET_MS = 10 * SECOND;
const WINDOW_MS = 95 * SECOND;

const idOf = (proof: unknown): string => hash('sha256', String(proof), 'base64url');

function createMemory(maxEntries = 1_000): MemoryReplay {
  return new MemoryReplay({ maxEntries, windowMs: WINDOW_MS });
}

const FULL = expect.objectContaining({ failure: 'full' }) as unknown;

describe('MemoryReplay', () => {
  it('registers a proof once', () => {
    const memory = createMemory();
    expect(memory.register(idOf('a'), START)).toBe(true);
    expect(memory.register(idOf('a'), START)).toBe(false);
    expect(memory.register(idOf('b'), START)).toBe(true);
  });

  it('shows whether a proof is registered, without registering it', () => {
    const memory = createMemory();
    expect(memory.isRegistered(idOf('a'), START)).toBe(false);
    expect(memory.register(idOf('a'), START)).toBe(true);
    expect(memory.isRegistered(idOf('a'), START + WINDOW_MS)).toBe(true);
    expect(memory.isRegistered(idOf('a'), START + WINDOW_MS + BUCKET_MS)).toBe(false);
    expect(memory.size).toBe(1);
  });

  // Registration is possible at any time of a bucket.
  it.each([0, 1, BUCKET_MS - 1, BUCKET_MS, 0.5, BUCKET_MS - 0.25])(
    'keeps a proof for the window, and no longer than one bucket more, %d ms into a bucket',
    (offset) => {
      const first = START + offset;
      for (const [after, isNew] of [
        [WINDOW_MS, false],
        [WINDOW_MS + BUCKET_MS, true],
      ] as const) {
        const memory = createMemory();
        memory.register(idOf('a'), first);
        expect(memory.register(idOf('a'), first + after)).toBe(isNew);
      }
    },
  );

  it('drops whole buckets with the next registration', () => {
    const memory = createMemory();
    for (let count = 0; count < 200; count += 1) memory.register(idOf(count), START + count * 100);
    expect(memory.size).toBe(200);
    const firstEnd = START + BUCKET_MS + WINDOW_MS;
    memory.register(idOf('before'), firstEnd - 1);
    expect(memory.size).toBe(201);
    memory.register(idOf('at'), firstEnd);
    expect(memory.size).toBe(102);
    memory.register(idOf('after'), firstEnd + BUCKET_MS);
    expect(memory.size).toBe(3);
  });

  it('is never larger than "maxEntries", and evicts nothing to accept more', () => {
    const memory = createMemory(3);
    for (const id of ['a', 'b', 'c']) expect(memory.register(idOf(id), START)).toBe(true);
    const refused = memory.register(idOf('d'), START);
    expect(refused).toBeInstanceOf(ReplayStoreUnavailableError);
    expect(refused).toEqual(FULL);
    for (const id of ['a', 'b', 'c']) expect(memory.register(idOf(id), START)).toBe(false);
    expect(memory.size).toBe(3);
    const later = START + WINDOW_MS + BUCKET_MS;
    expect(memory.register(idOf('d'), later - 1)).toEqual(FULL);
    expect(memory.register(idOf('d'), later)).toBe(true);
  });

  it('is complete again when every proof that found the memory full has expired', () => {
    const memory = createMemory(1);
    memory.register(idOf('a'), START);
    expect(memory.isComplete(START)).toBe(true);
    memory.register(idOf('b'), START + 1);
    expect(memory.isComplete(START + WINDOW_MS)).toBe(false);
    expect(memory.isComplete(START + WINDOW_MS + 1)).toBe(true);
  });

  it('keeps every proof while the clock is set back', () => {
    const memory = createMemory();
    memory.register(idOf('a'), START);
    expect(memory.register(idOf('a'), START - 3_600 * SECOND)).toBe(false);
    expect(memory.register(idOf('b'), START - 3_600 * SECOND)).toBe(true);
    expect(memory.register(idOf('a'), START + WINDOW_MS)).toBe(false);
    expect(memory.size).toBe(1);
  });

  it('drops the proofs of a clock that was far ahead only when it is full', () => {
    const memory = createMemory(2);
    const ahead = START + 1_000 * WINDOW_MS;
    memory.register(idOf('a'), ahead);
    memory.register(idOf('b'), START);
    expect(memory.register(idOf('a'), START)).toBe(false);
    expect(memory.register(idOf('c'), START)).toBe(true);
    expect(memory.size).toBe(2);
    expect(memory.register(idOf('d'), START)).toEqual(FULL);
  });

  it('has at most 16 buckets in the widest window', () => {
    const windowMs = 905 * SECOND;
    const memory = new MemoryReplay({ maxEntries: 10, windowMs });
    memory.register(idOf('a'), START);
    expect(memory.register(idOf('a'), START + windowMs)).toBe(false);
    expect(memory.register(idOf('a'), START + windowMs + Math.ceil(windowMs / 16))).toBe(true);
  });

  const moves = fc.array(
    fc.record({
      proof: fc.integer({ min: 0, max: 5 }),
      waitMs: fc.oneof(
        fc.integer({ min: 0, max: 30 * SECOND }),
        fc.constantFrom(WINDOW_MS, WINDOW_MS - 1, WINDOW_MS + 1, BUCKET_MS),
        fc.constantFrom(-BUCKET_MS, -WINDOW_MS, -1),
      ),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it(`forgets no proof in its window, and keeps none a bucket longer, whatever the clock does (seed ${SEED})`, () => {
    const check = (sequence: readonly { proof: number; waitMs: number }[]): void => {
      const memory = createMemory();
      // The time of each registration, and the latest time since.
      const model = new Map<number, { at: number; latest: number }>();
      let now = START;
      for (const { proof, waitMs } of sequence) {
        now += waitMs;
        for (const entry of model.values()) entry.latest = Math.max(entry.latest, now);
        const entry = model.get(proof);
        const isNew = memory.register(idOf(proof), now);
        if (entry === undefined) expect(isNew).toBe(true);
        else if (entry.latest <= entry.at + WINDOW_MS) expect(isNew).toBe(false);
        else if (now >= entry.at + WINDOW_MS + BUCKET_MS) expect(isNew).toBe(true);
        if (isNew === true) model.set(proof, { at: now, latest: now });
        const alive = [...model.values()].filter(({ at }) => now < at + WINDOW_MS + BUCKET_MS);
        expect(memory.size).toBeLessThanOrEqual(alive.length);
      }
    };
    fc.assert(fc.property(moves, check), { seed: SEED, numRuns: 500 });
  });
});
