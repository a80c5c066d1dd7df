import type { JsonWebKey } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEY_SET_CHANNEL, type KeySetEvent } from './key-set-events.js';
import type { SignerSearch } from './key-set.js';
import type { RemoteKeySet } from './remote-key-set.js';
import type { VerificationKey } from '../jws/signature.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { listenTo } from '../../../../test/support/listen-to.js';
import { createRemoteKeySet, ISSUER } from '../../../../test/support/remote-key-sets.js';
import { settle } from '../../../../test/support/settle.js';

const START = Date.UTC(2030, 0, 1);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let k1: JsonWebKey;
let k2: JsonWebKey;
let k3: JsonWebKey;

/** What the issuer serves, and the headers of each request. */
let served: { keys: readonly JsonWebKey[]; headers: Record<string, string> };
let asked: Headers[];
/** Delays responses until it resolves. */
let gate: Promise<void>;
let now: number;
/** What the jitter draws. */
let chance: number;
let events: readonly KeySetEvent[];
let keySet: RemoteKeySet;

const fetchJwks: typeof fetch = async (_url, init) => {
  const headers = new Headers(init?.headers);
  asked.push(headers);
  // The response has the keys at the time of the request.
  const answer = served;
  await gate;
  const { etag } = answer.headers;
  if (etag !== undefined && headers.get('if-none-match') === etag) {
    return new Response(null, { status: 304, headers: answer.headers });
  }
  return Response.json({ keys: answer.keys }, { headers: answer.headers });
};

function createJwk(kid: string): JsonWebKey {
  return { ...createKeyPair('P-256').publicJwk, kid };
}

beforeAll(() => {
  [k1, k2, k3] = [createJwk('k1'), createJwk('k2'), createJwk('k3')];
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  chance = 0;
  served = { keys: [k1], headers: { 'cache-control': 'max-age=3600' } };
  asked = [];
  gate = Promise.resolve();
  now = START;
  keySet = createRemoteKeySet({ fetch: fetchJwks, clock: () => now, jitter: () => chance });
  events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[]; // the channel has no other messages
});

afterEach(() => {
  keySet.close();
  vi.useRealTimers();
});

/** Finds the first key that fits. */
function find(kid: string | undefined): SignerSearch | Promise<SignerSearch> {
  return keySet.findSigner({ alg: 'ES256', kid, hasSigned: () => true });
}

async function kidsFor(kid: string | undefined): Promise<(string | undefined)[]> {
  const { candidates } = await find(kid);
  return candidates.map((key) => key.kid);
}

async function keyFor(kid: string): Promise<VerificationKey> {
  const { signer: key } = await find(kid);
  if (key === undefined) throw new Error('no key');
  return key;
}

/** Whether a key is found without waiting. */
const isAvailable = (kid: string): boolean => !(find(kid) instanceof Promise);

describe('RemoteKeySet › first fetch', () => {
  it('is not made before a key is needed', async () => {
    await settle();
    expect(asked).toHaveLength(0);
    expect(keySet.isUsable()).toBe(false);
    expect(keySet.health()).toEqual({
      issuer: ISSUER,
      state: 'empty',
      keys: 0,
      fromSnapshot: false,
      ageMs: undefined,
      lastError: undefined,
      nextAttemptAt: undefined,
    });
  });

  it('makes the keys available without waiting', async () => {
    expect(await kidsFor('k1')).toEqual(['k1']);
    now += MINUTE;
    expect(isAvailable('k1')).toBe(true);
    expect(keySet.isUsable()).toBe(true);
    expect(asked).toHaveLength(1);
    expect(keySet.health()).toEqual({
      issuer: ISSUER,
      state: 'fresh',
      keys: 1,
      fromSnapshot: false,
      ageMs: MINUTE,
      lastError: undefined,
      nextAttemptAt: START + 0.8 * HOUR,
    });
    expect(events).toEqual([
      { issuer: ISSUER, event: 'changed', added: 1, withdrawn: 0 },
      {
        issuer: ISSUER,
        event: 'refreshed',
        keys: 1,
        notModified: false,
        lifetimeMs: HOUR,
        durationMs: expect.any(Number) as number,
        trigger: 'first',
      },
    ]);
  });

  it('is shared by concurrent callers (single flight)', async () => {
    const finding = Array.from({ length: 1_000 }, () => kidsFor('k1'));
    await Promise.all([...finding, keySet.whenReady(), keySet.whenReady()]);
    expect(asked).toHaveLength(1);
  });

  it('is made once by whenReady()', async () => {
    await keySet.whenReady();
    await keySet.whenReady();
    expect(asked).toHaveLength(1);
  });

  it('finds every key of the algorithm for a token without "kid"', async () => {
    served = { ...served, keys: [k1, k2] };
    expect(await kidsFor(undefined)).toEqual(['k1', 'k2']);
  });

  it('publishes an event for each unusable key and uses the others', async () => {
    served = { ...served, keys: [{ kty: 'bogus' }, k1] };
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(events[0]).toEqual({
      issuer: ISSUER,
      event: 'key-skipped',
      index: 0,
      reason: 'unsupported',
    });
  });

  it('is not repeated for a token whose key is not in the response', async () => {
    expect(await kidsFor('made-up')).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});

describe('RemoteKeySet › lifetime', () => {
  it.each([
    [{}, 10 * MINUTE],
    [{ 'cache-control': 'max-age=300' }, 5 * MINUTE],
    [{ 'cache-control': 'max-age=300', age: '120' }, 3 * MINUTE],
    [{ 'cache-control': 'max-age=1' }, MINUTE],
    [{ 'cache-control': 'max-age=300', age: '900' }, MINUTE],
    [{ 'cache-control': 'no-store' }, MINUTE],
    [{ 'cache-control': 'max-age=864000' }, 24 * HOUR],
    [{ expires: new Date(START + HOUR).toUTCString() }, HOUR],
    [{ expires: '0' }, MINUTE],
  ])('is from a minute to a day: %j', async (headers, lifetimeMs) => {
    served = { keys: [k1], headers };
    await keySet.whenReady();
    expect(events.at(-1)).toMatchObject({ event: 'refreshed', lifetimeMs });
    now = START + lifetimeMs - 1;
    expect(keySet.health().state).toBe('fresh');
    now = START + lifetimeMs;
    expect(keySet.health().state).toBe('stale');
  });
});

describe('RemoteKeySet › refresh ahead of expiry', () => {
  it.each([
    [0, 0.8],
    [0.5, 0.85],
    [1 - Number.EPSILON, 0.9],
  ])('is due from 80 %% of the lifetime, later with jitter: %d', async (drawn, share) => {
    chance = drawn;
    await keySet.whenReady();
    expect(keySet.health().nextAttemptAt).toBe(START + share * HOUR);
  });

  it('is made by a timer, in the background', async () => {
    await keySet.whenReady();
    vi.advanceTimersByTime(0.8 * HOUR - 1);
    expect(asked).toHaveLength(1);
    now += 0.8 * HOUR;
    vi.advanceTimersByTime(1);
    expect(isAvailable('k1')).toBe(true);
    await settle();
    expect(asked).toHaveLength(2);
    expect(keySet.health()).toMatchObject({ ageMs: 0, nextAttemptAt: now + 0.8 * HOUR });
  });

  it('is made by the first caller when the timer is late, in the background', async () => {
    await keySet.whenReady();
    now += 0.8 * HOUR;
    expect([isAvailable('k1'), keySet.isUsable(), isAvailable('k1')]).toEqual([true, true, true]);
    await settle();
    expect(asked).toHaveLength(2);
    expect(keySet.health().ageMs).toBe(0);
  });

  it('is awaited after the lifetime (overdue)', async () => {
    await keySet.whenReady();
    served = { ...served, keys: [k1, k2] };
    now += HOUR;
    expect(keySet.isUsable()).toBe(false);
    expect(await kidsFor('k2')).toEqual(['k2']);
    expect(asked).toHaveLength(2);
    expect(events.filter(({ event }) => event === 'stale')).toEqual([]);
  });

  it('repeats until the key set is closed', async () => {
    await keySet.whenReady();
    for (let refreshed = 2; refreshed <= 5; refreshed += 1) {
      now += 0.8 * HOUR;
      vi.advanceTimersByTime(0.8 * HOUR);
      await settle();
      expect(asked).toHaveLength(refreshed);
    }
  });
});

describe('RemoteKeySet › entity tag', () => {
  it('is sent back, and a 304 extends the lifetime of the current keys', async () => {
    served = { keys: [k1], headers: { etag: '"1"', 'cache-control': 'max-age=600' } };
    const before = await keyFor('k1');
    now += 0.8 * 10 * MINUTE;
    served = { ...served, headers: { etag: '"1"', 'cache-control': 'max-age=3600' } };
    keySet.isUsable();
    await settle();
    expect(asked.map((headers) => headers.get('if-none-match'))).toEqual([null, '"1"']);
    expect(events.at(-1)).toEqual({
      issuer: ISSUER,
      event: 'refreshed',
      keys: 1,
      notModified: true,
      lifetimeMs: HOUR,
      durationMs: expect.any(Number) as number,
      trigger: 'due',
    });
    expect(keySet.health()).toMatchObject({ ageMs: 0, nextAttemptAt: now + 0.8 * HOUR });
    expect(await keyFor('k1')).toBe(before);
    expect(before.withdrawn).toBe(false);
  });

  it('stays the same after a 304 and changes with the keys', async () => {
    served = { keys: [k1], headers: { etag: '"1"' } };
    await keySet.whenReady();
    for (const etag of ['"1"', '"2"', '"2"']) {
      served = { keys: etag === '"1"' ? [k1] : [k2], headers: { etag } };
      now += 8 * MINUTE;
      keySet.isUsable();
      await settle();
    }
    const sent = asked.map((headers) => headers.get('if-none-match'));
    expect(sent).toEqual([null, '"1"', '"1"', '"2"']);
    expect(await kidsFor('k2')).toEqual(['k2']);
  });
});

describe('RemoteKeySet › rotation', () => {
  async function refresh(): Promise<void> {
    now += 0.8 * HOUR;
    keySet.isUsable();
    await settle();
  }

  it('keeps the keys that stay and withdraws the others', async () => {
    served = { ...served, keys: [k1, k2] };
    const [first, second] = [await keyFor('k1'), await keyFor('k2')];
    served = { ...served, keys: [k2, k3] };
    await refresh();
    expect([first.withdrawn, second.withdrawn]).toEqual([true, false]);
    expect(await keyFor('k2')).toBe(second);
    expect(await kidsFor('k3')).toEqual(['k3']);
    expect(events).toContainEqual({ issuer: ISSUER, event: 'changed', added: 1, withdrawn: 1 });
  });
});

describe('RemoteKeySet › unknown kid', () => {
  beforeEach(async () => {
    await keySet.whenReady();
    asked = [];
  });

  const floodOf = (count: number): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, (_, index) => kidsFor(`made-up-${index}`)));

  it('refreshes immediately', async () => {
    served = { ...served, keys: [k1, k2] };
    expect(await kidsFor('k2')).toEqual(['k2']);
    expect(asked).toHaveLength(1);
  });

  it('finds a rotated key in the same second, even twice in a row', async () => {
    served = { ...served, keys: [k2] };
    expect(await kidsFor('k2')).toEqual(['k2']);
    served = { ...served, keys: [k3] };
    expect(await kidsFor('k3')).toEqual(['k3']);
    expect(now).toBe(START);
  });

  it('finds no key when a successful response lacks it', async () => {
    expect(await kidsFor('made-up')).toEqual([]);
    expect(keySet.health().lastError).toBeUndefined();
  });

  it('causes at most four fetches in a flood', async () => {
    for (let burst = 0; burst < 10; burst += 1) await floodOf(100);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('causes at most four fetches in one burst', async () => {
    await floodOf(1_000);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('causes one fetch per five seconds after the budget is spent', async () => {
    for (let burst = 0; burst < 10; burst += 1) await floodOf(10);
    const spent = asked.length;
    expect(spent).toBe(4);
    for (let ms = 0; ms < MINUTE; ms += 500) {
      now += 500;
      await floodOf(10);
    }
    expect(asked.length - spent).toBe(12);
  });

  it('finds no key, without a fetch, when the budget is spent', async () => {
    for (let burst = 0; burst < 10; burst += 1) await floodOf(10);
    asked = [];
    expect(await kidsFor('made-up')).toEqual([]);
    expect(asked).toHaveLength(0);
  });

  it('finds a rotated key within five seconds during a flood', async () => {
    for (let burst = 0; burst < 10; burst += 1) await floodOf(10);
    served = { ...served, keys: [k1, k2] };
    now += 5 * SECOND;
    await floodOf(10);
    expect(isAvailable('k2')).toBe(true);
  });

  it('does not delay tokens of known keys', async () => {
    gate = new Promise(() => undefined);
    const flood = floodOf(1_000).catch(() => undefined);
    await settle();
    expect(isAvailable('k1')).toBe(true);
    expect(asked).toHaveLength(1);
    keySet.close();
    await flood;
  });

  it('refreshes once more when the refresh under way began too early', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const early = kidsFor('made-up');
    served = { ...served, keys: [k1, k2] };
    const late = kidsFor('k2');
    await settle();
    expect(asked).toHaveLength(1);
    open();
    expect([await early, await late]).toEqual([[], ['k2']]);
    expect(asked).toHaveLength(2);
  });

  it('uses the refresh that is under way', async () => {
    served = { ...served, keys: [k1, k2] };
    const finding = [kidsFor('made-up'), kidsFor('k2'), kidsFor('k2')];
    expect(await Promise.all(finding)).toEqual([[], ['k2'], ['k2']]);
    expect(asked).toHaveLength(1);
  });

  it('refreshes for a token without "kid" that no current key has signed', async () => {
    served = { ...served, keys: [k1, k2] };
    const hasSigned = vi.fn((key: VerificationKey) => key.kid === 'k2');
    const query = { alg: 'ES256', kid: undefined, hasSigned } as const;
    const { signer, candidates } = await keySet.findSigner(query);
    expect(signer?.kid).toBe('k2');
    expect(candidates.map(({ kid }) => kid)).toEqual(['k1', 'k2']);
    expect(hasSigned.mock.calls.map(([key]) => key.kid)).toEqual(['k1', 'k2']);
  });
});
