import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { settle } from '../../../../test/support/settle.js';
import {
  A,
  B,
  C,
  clock,
  hold,
  lookups,
  MINUTE,
  openRegistry,
  reasonOf,
  SECOND,
  secret,
  START,
  useFakeTime,
} from '../../../../test/support/issuer-registry.js';

useFakeTime();

describe('IssuerRegistry › another lookup', () => {
  it('runs in the background when the issuer is older than maxAgeMs', async () => {
    const registry = openRegistry(undefined, { maxAgeMs: MINUTE });
    const held = await hold(registry, A);
    clock.now += MINUTE - 1;
    expect(registry.find(A)).toBe(held);
    expect(lookups).toHaveLength(1);
    clock.now += 1;
    expect(registry.find(A)).toBe(held);
    await settle();
    expect(lookups).toHaveLength(2);
    expect(registry.find(A)).toBe(held);
  });

  it('runs without any token, by a timer', async () => {
    const registry = openRegistry(undefined, { maxAgeMs: MINUTE });
    await hold(registry, A);
    clock.now += MINUTE;
    await vi.advanceTimersByTimeAsync(MINUTE);
    await settle();
    expect(lookups).toEqual([A, A]);
  });

  it('is caused by the use of a cached token', async () => {
    const registry = openRegistry();
    const { keySet } = await hold(registry, A);
    clock.now += 10 * MINUTE;
    expect(keySet.isUsable()).toBe(true);
    await settle();
    expect(lookups).toEqual([A, A]);
  });

  it('withdraws an issuer that has become unknown', async () => {
    let isKnown = true;
    const registry = openRegistry((issuer) => (isKnown ? { issuer, secret } : undefined));
    const { keySet } = await hold(registry, A);
    isKnown = false;
    clock.now += 10 * MINUTE;
    void registry.find(A);
    await settle();
    expect(keySet.isUsable()).toBe(false);
    expect(registry.find(A)).toBeUndefined();
    expect([registry.list(), vi.getTimerCount()]).toEqual([[], 0]);
    await expect(keySet.whenReady()).rejects.toMatchObject({ reason: 'issuer' });
  });

  it('is not delayed by a flood of made-up issuers', async () => {
    let isKnown = true;
    const registry = openRegistry((issuer) => {
      if (issuer !== A) return new Promise(() => undefined);
      return isKnown ? { issuer, secret } : undefined;
    });
    const { keySet } = await hold(registry, A);
    isKnown = false;
    clock.now += 10 * MINUTE;
    const names = Array.from({ length: 500 }, (_, index) => `https://made-up-${index}.example`);
    const flood = Promise.allSettled(names.map(async (name) => registry.find(name)));
    await settle();
    keySet.isUsable();
    await settle();
    expect(keySet.isUsable()).toBe(false);
    expect(registry.find(A)).toBeUndefined();
    registry.close();
    await flood;
  });

  it.each([
    ['the same secret in another form', { secret: secret.export() }, true],
    ['undefined options', { secret, typ: undefined }, true],
    ['another secret', { secret: randomBytes(32) }, false],
    ['another audience', { secret, audience: 'other' }, false],
    ['another scope claim', { secret, scopeClaims: ['roles'] }, false],
  ])('keeps the keys only if the options are the same: %s', async (_case, changes, isKept) => {
    let later = {};
    const registry = openRegistry((issuer) => ({ issuer, secret, ...later }));
    const held = await hold(registry, A);
    later = changes;
    clock.now += 10 * MINUTE;
    void registry.find(A);
    await settle();
    expect(registry.find(A) === held).toBe(isKept);
    expect(held.keySet.isUsable()).toBe(isKept);
  });

  it('that fails leaves the issuer trusted until maxStaleMs has passed', async () => {
    let isDown = false;
    const resolve = (issuer: string): unknown => {
      if (isDown) throw new Error('down');
      return { issuer, secret };
    };
    const registry = openRegistry(resolve, { maxAgeMs: MINUTE, maxStaleMs: 5 * MINUTE });
    const held = await hold(registry, A);
    isDown = true;
    for (const minutes of [1, 2, 3, 4, 5]) {
      clock.now = START + minutes * MINUTE + 30 * SECOND;
      expect(registry.find(A), `after ${minutes} minutes`).toBe(held);
      await settle();
    }
    expect(registry.health()).toMatchObject([{ issuer: A, lastError: { issuer: A } }]);
    clock.now = START + 6 * MINUTE;
    expect(held.keySet.isUsable()).toBe(false);
    expect(await reasonOf(() => registry.find(A))).toBe('failed');
    isDown = false;
    clock.now += SECOND;
    expect(await registry.find(A)).toBe(held);
    expect(held.keySet.isUsable()).toBe(true);
    expect(registry.health()[0]?.lastError).toBeUndefined();
  });

  it('that fails is repeated after a backoff', async () => {
    let isDown = false;
    const registry = openRegistry((issuer) => {
      if (isDown) throw new Error('down');
      return { issuer, secret };
    });
    await hold(registry, A);
    isDown = true;
    clock.now += 10 * MINUTE;
    for (let index = 0; index < 100; index += 1) {
      void registry.find(A);
      await settle();
    }
    expect(lookups).toHaveLength(2);
    clock.now += SECOND;
    void registry.find(A);
    await settle();
    expect(lookups).toHaveLength(3);
  });
});

describe('IssuerRegistry › refresh(), whenReady() and close()', () => {
  it('refresh() looks up every held issuer, and drops unknown ones', async () => {
    const known = new Set([A, B]);
    const registry = openRegistry((issuer) => (known.has(issuer) ? { issuer, secret } : undefined));
    const [a, b] = [await hold(registry, A), await hold(registry, B)];
    expect(await registry.find(C)).toBeUndefined();
    known.delete(A);
    known.add(C);
    await registry.refresh();
    expect([a.keySet.isUsable(), b.keySet.isUsable()]).toEqual([false, true]);
    expect((await hold(registry, C)).issuer).toBe(C);
  });

  it('refresh() does not use the result of an earlier lookup', async () => {
    const answers = [{ issuer: A, secret }, { issuer: A, secret }, undefined];
    const gates: (() => void)[] = [];
    const registry = openRegistry(async () => {
      const answer = answers.shift();
      await new Promise<void>((resolve) => gates.push(resolve));
      return answer;
    });
    const first = registry.find(A);
    await settle();
    gates.shift()?.();
    const held = await first;
    clock.now += 10 * MINUTE;
    void registry.find(A);
    await settle();
    const refreshed = registry.refresh();
    for (let index = 0; index < 2; index += 1) {
      gates.shift()?.();
      await settle();
    }
    await refreshed;
    expect(held?.keySet.isUsable()).toBe(false);
  });

  it.each([
    ['has become unknown', { issuer: A, secret }, undefined],
    ['has become known', undefined, { issuer: A, secret }],
  ])(
    'refresh() does not trust a first lookup that began earlier: %s',
    async (_case, earlier, later) => {
      const gates: (() => void)[] = [];
      const remaining = [earlier, later];
      const registry = openRegistry(async () => {
        const answer = remaining.shift();
        await new Promise<void>((resolve) => gates.push(resolve));
        return answer;
      });
      const first = registry.find(A);
      await settle();
      const refreshed = registry.refresh();
      gates.shift()?.();
      await first;
      await settle();
      gates.shift()?.();
      await refreshed;
      const found = registry.find(A);
      await settle();
      gates.shift()?.();
      expect((await found)?.issuer).toBe(later?.issuer);
    },
  );

  it('refresh() resolves although the lookups of made-up issuers fail', async () => {
    let fail = (): void => undefined;
    const registry = openRegistry(
      () =>
        new Promise((_resolve, reject) => {
          fail = () => {
            reject(new Error('down'));
          };
        }),
    );
    const reason = reasonOf(() => registry.find(A));
    await settle();
    const refreshed = registry.refresh();
    fail();
    expect(await reason).toBe('failed');
    await refreshed;
    expect(lookups).toEqual([A]);
  });

  it('refresh() rejects when a lookup fails, and refreshes the others', async () => {
    let isDown = false;
    const registry = openRegistry((issuer) => {
      if (isDown && issuer === A) throw new Error('down');
      return { issuer, secret };
    });
    await Promise.all([registry.find(A), registry.find(B)]);
    isDown = true;
    await expect(registry.refresh()).rejects.toMatchObject({ status: 503, issuer: A });
    expect(lookups.filter((issuer) => issuer === B)).toHaveLength(2);
    expect((await hold(registry, A)).keySet.isUsable()).toBe(true);
  });

  it('whenReady() resolves without a lookup', async () => {
    await openRegistry(() => Promise.reject(new Error('down'))).whenReady();
    expect(lookups).toEqual([]);
  });

  it('close() stops all timers and lookups, and keeps held issuers', async () => {
    const registry = openRegistry((issuer) =>
      issuer === A ? { issuer, secret } : new Promise(() => undefined),
    );
    const held = await hold(registry, A);
    const pending = reasonOf(() => registry.find(B));
    await settle();
    registry.close();
    expect(await pending).toBe('closed');
    expect(await reasonOf(() => registry.find(C))).toBe('closed');
    expect(vi.getTimerCount()).toBe(0);
    clock.now += 10 * MINUTE;
    expect(registry.find(A)).toBe(held);
    await settle();
    expect(lookups).toEqual([A, B]);
  });
});
