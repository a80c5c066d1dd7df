import { describe, expect, it } from 'vitest';
import {
  createProcessRegister,
  createSharedRegister,
  outcomeOf,
  proofOf,
} from '../../../../test/support/replay-registers.js';
import { createReplayStore, replayStoreOf } from '../../../../test/support/replay-stores.js';
import { settle } from '../../../../test/support/settle.js';

describe('createReplayRegister › one request', () => {
  it('registers its proof once, however many verifiers share the store', async () => {
    const store = createReplayStore();
    const request = {};
    const registers = (['refuse', 'refuse', 'local'] as const).map((whileUnavailable) =>
      createSharedRegister(store, whileUnavailable),
    );
    const outcomes = registers.map((register) => outcomeOf(register, proofOf('a', { request })));
    expect(await Promise.all(outcomes)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(store.calls).toHaveLength(1);
    const replay = proofOf('a', { request: {} });
    for (const register of registers) {
      expect(await outcomeOf(register, replay)).toBe('proof_replayed');
    }
  });

  it('registers its proof once in the memory of one verifier, and in that of each other', async () => {
    const request = {};
    const register = createProcessRegister();
    for (const each of [register, register, createProcessRegister()]) {
      expect(await outcomeOf(each, proofOf('a', { request }))).toBe('accepted');
    }
    expect(await outcomeOf(register, proofOf('a', { request: {} }))).toBe('proof_replayed');
  });

  it('registers its proof in each of several stores', async () => {
    const stores = [createReplayStore(), createReplayStore()];
    const request = {};
    for (const store of [...stores, ...stores]) {
      const register = createSharedRegister(store);
      expect(await outcomeOf(register, proofOf('a', { request }))).toBe('accepted');
    }
    expect(stores.map(({ calls }) => calls.length)).toEqual([1, 1]);
  });

  it('registers another proof of the same request, and then the first one again', async () => {
    const register = createSharedRegister(createReplayStore());
    const request = {};
    expect(await outcomeOf(register, proofOf('a', { request }))).toBe('accepted');
    expect(await outcomeOf(register, proofOf('b', { request }))).toBe('accepted');
    expect(await outcomeOf(register, proofOf('a', { request }))).toBe('proof_replayed');
  });

  it('has the same outcome for every verifier after a replay and after a failure', async () => {
    const store = createReplayStore();
    await outcomeOf(createSharedRegister(store), proofOf('a'));
    const replay = proofOf('a', { request: {} });
    for (const register of [createSharedRegister(store), createSharedRegister(store)]) {
      expect(await outcomeOf(register, replay)).toBe('proof_replayed');
    }
    // The store may have registered the proof although it failed: asking again would refuse it.
    const answers = [() => Promise.reject(new Error('reset')), () => Promise.resolve(false)];
    const failing = replayStoreOf(() => answers.shift()?.());
    const proof = proofOf('b', { request: {} });
    expect(await outcomeOf(createSharedRegister(failing, 'local'), proof)).toBe('accepted');
    expect(await outcomeOf(createSharedRegister(failing), proof)).toBe('error');
    await settle();
    expect(answers).toHaveLength(1);
  });
});
