import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { InvalidProofError } from '@scopegate/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatProofId, replayWindowMs } from './replay-register.js';
import { REPLAY_CHANNEL, type ReplayEvent } from '../replay/replay-events.js';
import type { ReplayStore } from '../replay/replay-store.js';
import { ReplayStoreUnavailableError } from '../replay/replay-store-unavailable-error.js';
import {
  createProcessRegister,
  createSharedRegister,
  outcomeOf,
  proofOf,
  START,
  THUMBPRINT,
  WINDOW_MS,
} from '../../../../test/support/replay-registers.js';
import { createReplayStore, replayStoreOf } from '../../../../test/support/replay-stores.js';

const SECOND = 1_000;
const TIMES = { maxAgeSeconds: 60, clockToleranceSeconds: 30 };

let events: ReplayEvent[];
const record = (event: unknown): void => {
  events.push(event as ReplayEvent);
};
beforeEach(() => {
  events = [];
  subscribe(REPLAY_CHANNEL, record);
});
afterEach(() => {
  unsubscribe(REPLAY_CHANNEL, record);
  vi.useRealTimers();
});

describe('formatProofId', () => {
  it('is another for another key or another "jti"', () => {
    const id = formatProofId(THUMBPRINT, 'a');
    expect(id).toMatch(/^[-\w]{43}$/);
    expect(formatProofId(THUMBPRINT, 'a')).toBe(id);
    expect(formatProofId(THUMBPRINT, 'b')).not.toBe(id);
    expect(formatProofId('u'.repeat(43), 'a')).not.toBe(id);
  });
});

describe('replayWindowMs', () => {
  const policy = { publicUrls: [], algorithms: [], ...TIMES };

  it('is the longest time in which a proof is acceptable, and five seconds', () => {
    expect(replayWindowMs({ ...policy, nonce: undefined })).toBe(95_000);
    const nonce = { secrets: [], lifetimeSeconds: 120 };
    expect(replayWindowMs({ ...policy, nonce })).toBe(185_000);
    const times = { maxAgeSeconds: 1.0005, clockToleranceSeconds: 0 };
    expect(replayWindowMs({ ...policy, ...times, nonce: undefined })).toBe(6_001);
  });
});

describe('createReplayRegister › in this process', () => {
  it('accepts a proof once, synchronously', () => {
    const register = createProcessRegister();
    expect(register.register(proofOf('a'), START)).toBeUndefined();
    expect(() => register.register(proofOf('a'), START)).toThrow(InvalidProofError);
  });

  it('refuses a replay at the last acceptable millisecond of a proof that was created ahead', async () => {
    const register = createProcessRegister();
    const { maxAgeSeconds, clockToleranceSeconds } = TIMES;
    const last = START + (clockToleranceSeconds + maxAgeSeconds) * SECOND;
    expect(await outcomeOf(register, proofOf('a'))).toBe('accepted');
    expect(await outcomeOf(register, proofOf('a'), last)).toBe('proof_replayed');
  });

  it('accepts the same "jti" with another key', async () => {
    const register = createProcessRegister();
    const other = { ...proofOf('a'), id: formatProofId('u'.repeat(43), 'a') };
    expect(await outcomeOf(register, proofOf('a'))).toBe('accepted');
    expect(await outcomeOf(register, other)).toBe('accepted');
  });

  it('publishes once that the memory is full, and once that it is available again', async () => {
    const register = createProcessRegister(1);
    await outcomeOf(register, proofOf('a'));
    for (const jti of ['b', 'c']) expect(await outcomeOf(register, proofOf(jti))).toBe('full');
    expect(await outcomeOf(register, proofOf('a'))).toBe('proof_replayed');
    expect(await outcomeOf(register, proofOf('b'), START + 105 * SECOND)).toBe('accepted');
    expect(events).toEqual([
      { store: 'process', event: 'unavailable', failure: 'full', systemCode: undefined },
      { store: 'process', event: 'recovered', unavailableForMs: 105 * SECOND, failures: 2 },
    ]);
  });
});

describe('createReplayRegister › in a store', () => {
  it('passes the digest and the window', async () => {
    const store = createReplayStore();
    const proof = proofOf('a');
    await createSharedRegister(store).register(proof, START);
    expect(store.calls).toEqual([[proof.id, WINDOW_MS]]);
  });

  it.each(['refuse', 'local'] as const)(
    'accepts one of 50 parallel registrations (whileUnavailable: %s)',
    async (whileUnavailable) => {
      const store = createReplayStore();
      const nodes = [1, 2].map(() => createSharedRegister(store, whileUnavailable));
      const attempts = Array.from({ length: 25 }, () =>
        nodes.map((node) => outcomeOf(node, proofOf('a'))),
      );
      const outcomes = await Promise.all(attempts.flat());
      expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'proof_replayed')).toHaveLength(49);
    },
  );

  it('stays synchronous with a store that is', () => {
    const seen = new Set<string>();
    const store = { register: (proof: string) => seen.size < seen.add(proof).size };
    for (const whileUnavailable of ['refuse', 'local'] as const) {
      const register = createSharedRegister(store, whileUnavailable);
      expect(register.register(proofOf(whileUnavailable), START)).toBeUndefined();
      expect(() => register.register(proofOf(whileUnavailable), START)).toThrow(InvalidProofError);
    }
    const broken = createSharedRegister(replayStoreOf(() => 1));
    expect(() => broken.register(proofOf('a'), START)).toThrow(ReplayStoreUnavailableError);
  });

  const failing = new Error('SET failed');
  it.each<[string, string, () => unknown]>([
    [
      'throws',
      'error',
      () => {
        throw failing;
      },
    ],
    ['rejects', 'error', () => Promise.reject(failing)],
    [
      'is a thenable that throws',
      'error',
      () => ({
        then: () => {
          throw failing;
        },
      }),
    ],
    ['returns undefined', 'answer', () => undefined],
    ['returns "OK"', 'answer', () => 'OK'],
    ['returns 1', 'answer', () => 1],
    ['resolves to undefined', 'answer', () => Promise.resolve(undefined)],
    ['resolves to "OK"', 'answer', () => Promise.resolve('OK')],
    ['resolves to null', 'answer', () => Promise.resolve(null)],
    ['resolves to 1', 'answer', () => Promise.resolve(1)],
  ])('is unavailable if the store %s', async (_name, failure, answer) => {
    const refusing = createSharedRegister(replayStoreOf(answer));
    expect(await outcomeOf(refusing, proofOf('a'))).toBe(failure);
    const falling = createSharedRegister(replayStoreOf(answer), 'local');
    expect(await outcomeOf(falling, proofOf('a'))).toBe('accepted');
    expect(await outcomeOf(falling, proofOf('a'))).toBe('proof_replayed');
  });

  it('keeps what the store threw as the cause, and shows none of it', async () => {
    const cause = Object.assign(new Error('SET proof-id 1 NX'), { code: 'ECONNRESET' });
    const register = createSharedRegister(replayStoreOf(() => Promise.reject(cause)));
    await expect(register.register(proofOf('a'), START)).rejects.toMatchObject({
      cause,
      message: 'the replay store failed: ECONNRESET',
    });
    expect(inspect(events)).not.toContain('proof-id');
    expect(events).toMatchObject([{ event: 'unavailable', systemCode: 'ECONNRESET' }]);
  });

  it('waits for the store as long as "timeoutMs", and ignores a later answer', async () => {
    vi.useFakeTimers();
    const late: { answer?: (isNew: boolean) => void; fail?: (reason: Error) => void } = {};
    for (const whileUnavailable of ['refuse', 'local'] as const) {
      const hanging = new Promise<boolean>((resolve, reject) => {
        [late.answer, late.fail] = [resolve, reject];
      });
      const register = createSharedRegister(
        replayStoreOf(() => hanging),
        whileUnavailable,
      );
      const outcome = outcomeOf(register, proofOf('a'));
      await vi.advanceTimersByTimeAsync(249);
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(await outcome).toBe(whileUnavailable === 'local' ? 'accepted' : 'timeout');
      late.fail?.(failing);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when the store has answered', async () => {
    vi.useFakeTimers();
    const register = createSharedRegister(createReplayStore());
    await outcomeOf(register, proofOf('a'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports whether a proof is registered in this process, without a call of the store', async () => {
    const store = createReplayStore();
    const { id } = proofOf('a');
    for (const [register, before, after] of [
      [createProcessRegister(), false, true],
      [createSharedRegister(store, 'local'), undefined, true],
      [createSharedRegister(createReplayStore()), undefined, undefined],
    ] as const) {
      expect(register.isRegistered(id, START)).toBe(before);
      expect(await outcomeOf(register, proofOf('a'))).toBe('accepted');
      expect(register.isRegistered(id, START)).toBe(after);
    }
  });

  it('does not call the store for a proof that this process has registered, if "local"', async () => {
    const store = createReplayStore();
    const register = createSharedRegister(store, 'local');
    await outcomeOf(register, proofOf('a'));
    expect(await outcomeOf(register, proofOf('a'))).toBe('proof_replayed');
    expect(store.calls).toHaveLength(1);
  });

  it('refuses a proof that another process has used, if "local"', async () => {
    const store = createReplayStore();
    await outcomeOf(createSharedRegister(store, 'local'), proofOf('a'));
    expect(await outcomeOf(createSharedRegister(store, 'local'), proofOf('a'))).toBe(
      'proof_replayed',
    );
  });

  it('lets the store decide while the memory of this process is full', async () => {
    let isDown = false;
    const store = replayStoreOf(() => (isDown ? undefined : true));
    const register = createSharedRegister(store, 'local');
    for (const jti of ['a', 'b', 'c']) {
      expect(await outcomeOf(register, proofOf(jti))).toBe('accepted');
    }
    isDown = true;
    expect(await outcomeOf(register, proofOf('a'))).toBe('proof_replayed');
    // 'c' may be used again, because this process does not have it.
    expect(await outcomeOf(register, proofOf('c'))).toBe('answer');
    const emptied = START + WINDOW_MS + 10 * SECOND;
    expect(await outcomeOf(register, proofOf('d'), emptied)).toBe('accepted');
    expect(events).toMatchObject([
      { store: 'process', event: 'unavailable', failure: 'full' },
      { store: 'shared', event: 'unavailable', failure: 'answer' },
      { store: 'process', event: 'recovered', failures: 2 },
    ]);
  });

  it('publishes one event when the store fails, and one when it answers again', async () => {
    const answers: (() => unknown)[] = [
      () => true,
      () => {
        throw failing;
      },
      () => 'OK',
      () => false,
      () => true,
    ];
    const register = createSharedRegister(replayStoreOf(() => answers.shift()?.()));
    const outcomes = [];
    for (const [index, jti] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      outcomes.push(await outcomeOf(register, proofOf(jti), START + index * SECOND));
    }
    expect(outcomes).toEqual(['accepted', 'error', 'answer', 'proof_replayed', 'accepted']);
    expect(events).toEqual([
      { store: 'shared', event: 'unavailable', failure: 'error', systemCode: undefined },
      { store: 'shared', event: 'recovered', unavailableForMs: 2 * SECOND, failures: 2 },
    ]);
  });
});

describe('createReplayRegister › notBefore', () => {
  const early = proofOf('a', { createdAtMs: START - 1 });

  it('does not accept a proof that was created before the store lost data, nor call it a replay', async () => {
    const register = createSharedRegister(replayStoreOf(() => Promise.resolve(true), START));
    expect(await outcomeOf(register, early)).toBe('data_lost');
    expect(await outcomeOf(register, proofOf('b', { createdAtMs: Number.NaN }))).toBe('data_lost');
    expect(await outcomeOf(register, proofOf('c'))).toBe('accepted');
    expect(events).toEqual([{ store: 'shared', event: 'data-lost', notBefore: START }]);
  });

  it('refuses a replay that the store still has', async () => {
    const register = createSharedRegister(replayStoreOf(() => false, START));
    expect(await outcomeOf(register, early)).toBe('proof_replayed');
  });

  it('counts a loss that the store notices during the registration', async () => {
    const store = {
      notBefore: 0,
      register: (): Promise<boolean> => {
        store.notBefore = START;
        return Promise.resolve(true);
      },
    };
    expect(await outcomeOf(createSharedRegister(store), early)).toBe('data_lost');
  });

  it('leaves the decision to the memory of this process, if "local"', async () => {
    const register = createSharedRegister(
      replayStoreOf(() => true, START),
      'local',
    );
    expect(await outcomeOf(register, early)).toBe('accepted');
    expect(await outcomeOf(register, early)).toBe('proof_replayed');
  });

  it.each([
    ['text', 'soon'],
    ['null', null],
    ['NaN', Number.NaN],
  ])('is unavailable if "notBefore" is %s', async (_name, notBefore) => {
    const register = createSharedRegister(replayStoreOf(() => true, notBefore));
    expect(await outcomeOf(register, proofOf('a'))).toBe('answer');
  });

  it('is unavailable if reading "notBefore" throws', async () => {
    const store: ReplayStore = {
      register: () => true,
      get notBefore(): number {
        throw new Error('closed');
      },
    };
    expect(await outcomeOf(createSharedRegister(store), proofOf('a'))).toBe('answer');
  });
});
