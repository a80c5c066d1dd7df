import { AsyncLocalStorage } from 'node:async_hooks';
import type { JsonWebKey } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEY_SET_CHANNEL, type KeySetEvent } from './key-set-events.js';
import type { SignerSearch } from './key-set.js';
import type { RemoteKeySet } from './remote-key-set.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { listenTo } from '../../../../test/support/listen-to.js';
import {
  createRemoteKeySet,
  ISSUER,
  JWKS_URI,
  keySetFailureOf,
} from '../../../../test/support/remote-key-sets.js';
import { settle } from '../../../../test/support/settle.js';

const START = Date.UTC(2030, 0, 1);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

let k1: JsonWebKey;
let k2: JsonWebKey;
let answer: () => Response | Promise<Response>;
let asked: number;
let now: number;
/** What the jitter draws. */
let chance: number;
let events: readonly KeySetEvent[];
let keySet: RemoteKeySet;

const caller = new AsyncLocalStorage<string>();
/** Whose context each fetch ran in. */
let callers: (string | undefined)[];

const serve = (...keys: readonly unknown[]): void => {
  answer = () => Response.json({ keys }, { headers: { 'cache-control': 'max-age=3600' } });
};

const down = (): never => {
  throw new TypeError('fetch failed');
};

function createKeySet(clock = (): number => now): RemoteKeySet {
  return createRemoteKeySet({
    fetch: async () => {
      asked += 1;
      callers.push(caller.getStore());
      return answer();
    },
    clock,
    jitter: () => chance,
  });
}

beforeAll(() => {
  k1 = { ...createKeyPair('P-256').publicJwk, kid: 'k1' };
  k2 = { ...createKeyPair('P-256').publicJwk, kid: 'k2' };
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // The longest delays that jitter allows.
  chance = 1;
  serve(k1);
  asked = 0;
  callers = [];
  now = START;
  keySet = createKeySet();
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

/** Whether a key is found without waiting. */
const isAvailable = (kid: string): boolean => !(find(kid) instanceof Promise);

const kidsFor = async (kid: string | undefined): Promise<unknown> =>
  (await find(kid)).candidates.map((key) => key.kid);

async function pass(ms: number): Promise<void> {
  now += ms;
  vi.advanceTimersByTime(ms);
  await settle();
}

describe('RemoteKeySet › withdrawal by {"keys":[]}', () => {
  it('withdraws all keys, so that tokens have no key', async () => {
    const { signer: key } = await find('k1');
    serve();
    await keySet.refresh();
    expect(key?.withdrawn).toBe(true);
    expect(await kidsFor('k1')).toEqual([]);
    expect(await kidsFor(undefined)).toEqual([]);
    expect(events).toContainEqual({ issuer: ISSUER, event: 'changed', added: 0, withdrawn: 1 });
    expect(events).toContainEqual({ issuer: ISSUER, event: 'withdrawn', retryInMs: SECOND });
  });

  it('is neither fresh nor ready, and health() says why', async () => {
    serve();
    const error = await keySetFailureOf(keySet.whenReady());
    expect(error.message).toBe(
      `the keys of ${ISSUER} are unavailable: GET ${JWKS_URI} answered 200, but the JWKS has no keys`,
    );
    expect(error.headers).toEqual({ 'Retry-After': '1' });
    const health = keySet.health();
    expect(health).toMatchObject({ state: 'withdrawn', keys: 0, nextAttemptAt: START + SECOND });
    expect(health.lastError).toMatchObject({ code: 'ERR_KEY_SET_MALFORMED', reason: 'no_keys' });
    await keySetFailureOf(keySet.whenReady());
    expect(asked).toBe(1);
  });

  it('retries soon and recovers, with any lifetime of the response', async () => {
    serve();
    await keySetFailureOf(keySet.whenReady());
    await pass(SECOND);
    await pass(2 * SECOND);
    expect([asked, keySet.health().nextAttemptAt]).toEqual([3, now + 4 * SECOND]);
    serve(k1);
    await pass(4 * SECOND);
    await keySet.whenReady();
    expect(keySet.health()).toMatchObject({ state: 'fresh', keys: 1, lastError: undefined });
    expect(await kidsFor('k1')).toEqual(['k1']);
  });

  it('backs off to one retry per minute', async () => {
    serve();
    await keySetFailureOf(keySet.whenReady());
    for (const seconds of [1, 2, 4, 8, 16, 32, 60]) await pass(seconds * SECOND);
    expect(events.at(-1)).toEqual({ issuer: ISSUER, event: 'withdrawn', retryInMs: 60 * SECOND });
  });

  it('refreshes immediately for an unknown kid, within the budget', async () => {
    serve();
    await keySetFailureOf(keySet.whenReady());
    serve(k1);
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(asked).toBe(2);
  });

  it('rejects with 503 during an outage, because there may be keys again', async () => {
    serve();
    await keySetFailureOf(keySet.whenReady());
    answer = down;
    await pass(SECOND);
    expect((await keySetFailureOf(kidsFor('k1'))).cause).toMatchObject({ reason: 'network' });
    expect(keySet.health()).toMatchObject({
      state: 'withdrawn',
      lastError: { reason: 'network' },
    });
  });

  it('stays withdrawn after a 304', async () => {
    const headers = { etag: '"1"' };
    answer = () => Response.json({ keys: [] }, { headers });
    await keySetFailureOf(keySet.whenReady());
    answer = () => new Response(null, { status: 304, headers });
    await pass(SECOND);
    expect([asked, keySet.health().state]).toEqual([2, 'withdrawn']);
    expect(keySet.health().nextAttemptAt).toBe(now + 2 * SECOND);
  });
});

describe('RemoteKeySet › refresh()', () => {
  it('fetches now, and a withdrawn key has stopped working', async () => {
    const { signer: key } = await find('k1');
    serve(k2);
    await keySet.refresh();
    expect([asked, key?.withdrawn]).toEqual([2, true]);
    expect(await kidsFor('k2')).toEqual(['k2']);
  });

  it('is the first fetch when there was none', async () => {
    await keySet.refresh();
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(asked).toBe(1);
  });

  it('makes one fetch for concurrent callers, after a fetch that was under way', async () => {
    const background = keySet.whenReady();
    await Promise.all(Array.from({ length: 10 }, () => keySet.refresh()));
    await background;
    expect(asked).toBe(2);
  });

  it('does not use a response from before the call', async () => {
    const before = Response.json({ keys: [k1] });
    let deliver = (): void => undefined;
    answer = () =>
      new Promise((resolve) => {
        deliver = () => {
          resolve(before);
        };
      });
    const background = keySet.whenReady();
    serve(k2);
    const refreshing = keySet.refresh();
    deliver();
    await Promise.all([background, refreshing]);
    expect(await kidsFor('k1')).toEqual([]);
    expect(await kidsFor('k2')).toEqual(['k2']);
  });

  it('rejects with the issuer and the cause when it fails, and evicts nothing', async () => {
    await keySet.whenReady();
    answer = () => new Response(null, { status: 404 });
    expect(await keySetFailureOf(keySet.refresh())).toMatchObject({
      message: `the keys of ${ISSUER} are unavailable: GET ${JWKS_URI} answered 404 instead of 200`,
      issuer: ISSUER,
      url: JWKS_URI,
      upstreamStatus: 404,
    });
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(keySet.health()).toMatchObject({ state: 'fresh', keys: 1 });
  });

  it('fetches immediately after a failure, before the backoff ends', async () => {
    answer = down;
    await keySetFailureOf(keySet.refresh());
    serve(k1);
    await keySet.refresh();
    expect(keySet.health()).toMatchObject({ state: 'fresh', lastError: undefined });
  });

  it('resolves when the issuer withdraws all keys', async () => {
    await keySet.whenReady();
    serve();
    await keySet.refresh();
    expect(keySet.health().state).toBe('withdrawn');
  });

  it('rejects after close() without a fetch', async () => {
    await keySet.whenReady();
    keySet.close();
    await keySetFailureOf(keySet.refresh());
    expect(asked).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects when close() aborts it', async () => {
    answer = () => new Promise<Response>(() => undefined);
    const refreshing = [keySetFailureOf(keySet.refresh()), keySetFailureOf(keySet.refresh())];
    keySet.close();
    await Promise.all(refreshing);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('RemoteKeySet › close()', () => {
  it('stops refreshing, and fresh keys are used until their lifetime ends', async () => {
    await keySet.whenReady();
    keySet.close();
    vi.advanceTimersByTime(24 * HOUR);
    now += HOUR - 1;
    expect(isAvailable('k1')).toBe(true);
    now += 1;
    expect((await keySetFailureOf(kidsFor('k1'))).headers).toEqual({ 'Retry-After': '1' });
    await settle();
    expect(asked).toBe(1);
  });

  it('rejects with 503 for an unknown kid', async () => {
    await keySet.whenReady();
    const underWay = keySetFailureOf(kidsFor('k2'));
    keySet.close();
    await underWay;
    await keySetFailureOf(kidsFor('k3'));
  });

  it('aborts a fetch under way and leaves no timer', async () => {
    answer = () => new Promise<Response>(() => undefined);
    const underWay = keySetFailureOf(kidsFor('k1'));
    keySet.close();
    await underWay;
    expect(vi.getTimerCount()).toBe(0);
    expect(events).toEqual([]);
    expect(keySet.health()).toMatchObject({ state: 'empty', lastError: undefined });
  });

  it('ignores a response that arrives later', async () => {
    answer = () => {
      const response = Response.json({ keys: [k1] });
      const get = (name: string): string | null => {
        // The last header that is read from a response.
        if (name === 'etag') keySet.close();
        return Headers.prototype.get.call(response.headers, name);
      };
      Object.assign(response.headers, { get });
      return response;
    };
    await keySetFailureOf(kidsFor('k1'));
    expect(keySet.health().state).toBe('empty');
  });
});

describe('RemoteKeySet › clock that throws', () => {
  const broken = new RangeError('broken clock');
  let readings: number;

  beforeEach(() => {
    readings = Infinity;
    keySet = createKeySet(() => {
      readings -= 1;
      if (readings === 0) throw broken;
      return now;
    });
  });

  it('makes refresh() reject without a fetch', async () => {
    readings = 1;
    await expect(keySet.refresh()).rejects.toBe(broken);
    expect(asked).toBe(0);
    await keySet.refresh();
    expect(keySet.health().state).toBe('fresh');
  });

  it('makes refresh() reject while a failure is stored', async () => {
    answer = down;
    readings = 2;
    await expect(keySet.refresh()).rejects.toBe(broken);
  });

  it.each([1, 2, 3])('makes whenReady() reject, at reading %d', async (reading) => {
    readings = reading;
    await expect(keySet.whenReady()).rejects.toBe(broken);
    await keySet.whenReady();
  });

  it.each([2, 3, 4])(
    'makes findSigner() reject, but not as an outage, at reading %d',
    async (reading) => {
      readings = reading;
      await expect(find('k1')).rejects.toBe(broken);
    },
  );

  it.each([2, 3])(
    'makes findSigner() reject for an unknown kid, at reading %d',
    async (reading) => {
      await keySet.whenReady();
      readings = reading;
      await expect(find('made-up')).rejects.toBe(broken);
    },
  );
});

describe('RemoteKeySet › async context of fetches', () => {
  it('is that of the construction, never that of a caller', async () => {
    await caller.run('alice', () => find('k1'));
    await caller.run('bob', () => find('made-up'));
    await caller.run('carol', () => keySet.refresh());
    now += 0.95 * HOUR;
    await caller.run('dave', async () => {
      keySet.isUsable();
      await settle();
    });
    expect(callers).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is that of the construction for timers that a caller caused', async () => {
    await caller.run('alice', () => keySet.whenReady());
    for (let refreshed = 2; refreshed <= 3; refreshed += 1) await pass(0.9 * HOUR);
    answer = down;
    await caller.run('bob', () => keySetFailureOf(keySet.refresh()));
    await pass(SECOND);
    expect(asked).toBe(5);
    expect(callers).toEqual(Array.from({ length: 5 }));
  });

  it('is the context in which the key set was created, if there was one', async () => {
    const made = caller.run('start-up', createKeySet);
    await caller.run('alice', () => made.whenReady());
    made.close();
    expect(callers).toEqual(['start-up']);
  });

  it('leaves a caller in its context after waiting', async () => {
    const after = await caller.run('alice', async () => {
      await keySet.whenReady();
      return caller.getStore();
    });
    expect(after).toBe('alice');
  });
});
