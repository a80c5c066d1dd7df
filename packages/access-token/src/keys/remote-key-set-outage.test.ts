import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import type { JsonWebKey } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeySetUnavailableError } from './key-set-errors.js';
import { KEY_SET_CHANNEL, type KeySetEvent } from './key-set-events.js';
import type { SignerSearch } from './key-set.js';
import type { RemoteKeySet } from './remote-key-set.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import {
  createRemoteKeySet,
  ISSUER,
  keySetFailureOf,
} from '../../../../test/support/remote-key-sets.js';
import { settle } from '../../../../test/support/settle.js';

const START = Date.UTC(2030, 0, 1);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

let jwk: JsonWebKey;

/** How the issuer responds. */
let answer: () => Response | Promise<Response>;
let asked: number;
let now: number;
/** What the jitter draws. */
let chance: number;
let events: KeySetEvent[];
let keySet: RemoteKeySet;

const good = (headers: Record<string, string> = { 'cache-control': 'max-age=3600' }): Response =>
  Response.json({ keys: [jwk] }, { headers });

const listen = (message: unknown): void => {
  events.push(message as KeySetEvent);
};

const down = (): never => {
  throw new TypeError('fetch failed');
};

function createKeySet(maxStaleMs: number): RemoteKeySet {
  return createRemoteKeySet({
    fetch: async () => {
      asked += 1;
      return answer();
    },
    clock: () => now,
    jitter: () => chance,
    maxStaleMs,
  });
}

beforeAll(() => {
  jwk = { ...createKeyPair('P-256').publicJwk, kid: 'k1' };
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // The longest delays that jitter allows.
  chance = 1;
  answer = good;
  asked = 0;
  now = START;
  keySet = createKeySet(DAY);
  events = [];
  subscribe(KEY_SET_CHANNEL, listen);
});

afterEach(() => {
  unsubscribe(KEY_SET_CHANNEL, listen);
  keySet.close();
  vi.useRealTimers();
});

/** Finds the first key that fits. */
function find(kid: string | undefined): SignerSearch | Promise<SignerSearch> {
  return keySet.findSigner({ alg: 'ES256', kid, hasSigned: () => true });
}

/** Searches for a key that made a signature which no current key made. */
const findNewer = async (): Promise<unknown> =>
  keySet.findSigner({ alg: 'ES256', kid: undefined, hasSigned: () => false });

/** Whether a key is found without waiting. */
const isAvailable = (kid: string): boolean => !(find(kid) instanceof Promise);

const kidsFor = async (kid: string | undefined): Promise<unknown> =>
  (await find(kid)).candidates.map((key) => key.kid);

const failures = (): KeySetEvent[] => events.filter(({ event }) => event === 'failed');

describe('RemoteKeySet › outage from the start', () => {
  beforeEach(() => {
    answer = down;
  });

  it('rejects with 503, the cause and Retry-After', async () => {
    const error = await keySetFailureOf(kidsFor('k1'));
    expect(error.headers).toEqual({ 'Retry-After': '1' });
    expect(error.cause).toMatchObject({ code: 'ERR_EXCHANGE', reason: 'network' });
    expect(keySet.isUsable()).toBe(false);
    expect(keySet.health()).toEqual({
      issuer: ISSUER,
      state: 'unavailable',
      keys: 0,
      fromSnapshot: false,
      ageMs: undefined,
      lastError: error.cause,
      nextAttemptAt: START + SECOND,
    });
    expect(events).toEqual([
      {
        issuer: ISSUER,
        event: 'failed',
        error: error.cause,
        failures: 1,
        retryInMs: SECOND,
        durationMs: expect.any(Number) as number,
        trigger: 'first',
      },
    ]);
  });

  it('makes whenReady() reject', async () => {
    await expect(keySet.whenReady()).rejects.toBeInstanceOf(KeySetUnavailableError);
  });

  it('causes one fetch for concurrent callers, and none before the backoff ends', async () => {
    await Promise.all(Array.from({ length: 100 }, () => keySetFailureOf(kidsFor('k1'))));
    now += SECOND - 1;
    await keySetFailureOf(kidsFor('k1'));
    await keySetFailureOf(kidsFor(undefined));
    await keySetFailureOf(keySet.whenReady());
    expect(asked).toBe(1);
    now += 1;
    answer = good;
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(asked).toBe(2);
    expect(keySet.health()).toMatchObject({ state: 'fresh', lastError: undefined });
  });

  it.each([
    [0, [0.75, 1.5, 3, 6, 12, 24, 45, 45]],
    [1, [1, 2, 4, 8, 16, 32, 60, 60]],
  ])('retries with exponential backoff, with jitter %d', async (drawn, breaks) => {
    chance = drawn;
    await keySetFailureOf(kidsFor('k1'));
    for (const seconds of breaks) {
      const [last] = failures().slice(-1);
      expect(last).toMatchObject({ failures: asked, retryInMs: seconds * SECOND });
      now += seconds * SECOND;
      vi.advanceTimersByTime(seconds * SECOND);
      await settle();
    }
    expect(asked).toBe(breaks.length + 1);
  });

  it('rejects with 503 for concurrent callers', async () => {
    await Promise.all([kidsFor('k1'), kidsFor(undefined), kidsFor('k1')].map(keySetFailureOf));
    expect(asked).toBe(1);
  });

  it('rounds Retry-After up', async () => {
    await keySetFailureOf(kidsFor('k1'));
    for (const seconds of [1, 2, 4]) {
      now += seconds * SECOND;
      vi.advanceTimersByTime(seconds * SECOND);
      await settle();
    }
    now += 500;
    expect((await keySetFailureOf(kidsFor('k1'))).headers).toEqual({ 'Retry-After': '8' });
  });

  it('ends with the retry of a timer', async () => {
    await keySetFailureOf(kidsFor('k1'));
    answer = good;
    now += SECOND;
    vi.advanceTimersByTime(SECOND);
    await settle();
    expect(keySet.isUsable()).toBe(true);
  });
});

describe('RemoteKeySet › outage after a successful response', () => {
  beforeEach(async () => {
    await keySet.whenReady();
    answer = down;
    asked = 0;
    events = [];
  });

  /** Advances the clock and waits for a refresh that is due. */
  async function wait(ms: number): Promise<void> {
    now += ms;
    keySet.isUsable();
    await settle();
  }

  it('does not affect callers within the lifetime (fresh)', async () => {
    await wait(HOUR - 1);
    expect(isAvailable('k1')).toBe(true);
    expect(keySet.health()).toMatchObject({ state: 'fresh', keys: 1 });
    expect(failures()).toHaveLength(1);
    expect(events.filter(({ event }) => event === 'stale')).toEqual([]);
  });

  it('keeps using the last good keys, and publishes their uses once a second (stale)', async () => {
    now += HOUR + 7;
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(keySet.isUsable()).toBe(true);
    expect(isAvailable('k1')).toBe(true);
    const stale = { issuer: ISSUER, event: 'stale' } as const;
    expect(events.filter(({ event }) => event === 'stale')).toEqual([
      { ...stale, staleForMs: 7, uses: 1 },
    ]);
    expect(keySet.health()).toMatchObject({ state: 'stale', keys: 1, ageMs: HOUR + 7 });
  });

  it('keeps using the last good keys without subscribers', async () => {
    unsubscribe(KEY_SET_CHANNEL, listen);
    await wait(HOUR);
    expect(keySet.isUsable()).toBe(true);
    expect(events).toEqual([]);
  });

  it('retries in the background', async () => {
    await wait(HOUR);
    expect(asked).toBe(1);
    now += SECOND;
    answer = () => new Promise<Response>(() => undefined);
    expect(isAvailable('k1')).toBe(true);
    expect(asked).toBe(2);
  });

  it('rejects with 503 when the keys are too old (unavailable)', async () => {
    await wait(HOUR);
    now = START + HOUR + DAY - 1;
    expect(await kidsFor('k1')).toEqual(['k1']);
    await settle();
    now += 1;
    await keySetFailureOf(kidsFor('k1'));
    expect(keySet.isUsable()).toBe(false);
    expect(keySet.health()).toMatchObject({ state: 'unavailable', keys: 1 });
  });

  it('rejects with 503 for an unknown kid, which may be valid', async () => {
    const error = await keySetFailureOf(kidsFor('k2'));
    expect(error.headers).toEqual({ 'Retry-After': '1' });
    await keySetFailureOf(kidsFor('k2'));
    await keySetFailureOf(findNewer());
    expect(asked).toBe(1);
    expect(await kidsFor('k1')).toEqual(['k1']);
  });

  it('known kid: refuses a bad signature, which the current key decides', async () => {
    const forged = { alg: 'ES256', kid: 'k1', hasSigned: () => false } as const;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { signer, candidates } = await keySet.findSigner(forged);
      expect([signer, candidates.length]).toEqual([undefined, 1]);
    }
    expect(asked).toBe(1);
    expect(keySet.health()).toMatchObject({ state: 'fresh', lastError: { reason: 'network' } });
    expect(isAvailable('k1')).toBe(true);
  });

  it('rejects with 503 for an unknown kid whose refresh is the first to fail', async () => {
    now += HOUR;
    await keySetFailureOf(kidsFor('k2'));
    expect(asked).toBe(1);
    expect(await kidsFor('k1')).toEqual(['k1']);
  });

  it('ends with the next successful response', async () => {
    await wait(HOUR);
    answer = good;
    await wait(SECOND);
    expect(keySet.health()).toMatchObject({ state: 'fresh', ageMs: 0, lastError: undefined });
    answer = down;
    await wait(HOUR);
    expect(failures().at(-1)).toMatchObject({ failures: 1, retryInMs: SECOND });
  });
});

describe('RemoteKeySet › longest outage', () => {
  async function stateAfterLifetime(headers: Record<string, string>): Promise<unknown> {
    answer = () => good(headers);
    await keySet.whenReady();
    answer = down;
    now += HOUR - 1;
    expect(await kidsFor('k1')).toEqual(['k1']);
    await settle();
    now += 1;
    await keySetFailureOf(kidsFor('k1'));
    return keySet.health().state;
  }

  it('is the lifetime when maxStaleMs is 0', async () => {
    keySet = createKeySet(0);
    expect(await stateAfterLifetime({ 'cache-control': 'max-age=3600' })).toBe('unavailable');
  });

  // The defaults of Spring Security and LemonLDAP::NG, and a deliberate directive.
  it.each([
    'no-cache, no-store, max-age=0, must-revalidate',
    'no-cache, no-store, must-revalidate',
    'private, no-store, must-revalidate',
    'max-age=60, must-revalidate',
  ])('is maxStaleMs even if the issuer sends must-revalidate: %s', async (directives) => {
    answer = () => good({ 'cache-control': directives, pragma: 'no-cache', expires: '0' });
    await keySet.whenReady();
    answer = down;
    now += HOUR;
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(events).toContainEqual({
      issuer: ISSUER,
      event: 'stale',
      staleForMs: HOUR - MINUTE,
      uses: 1,
    });
    now = START + MINUTE + DAY - 1;
    expect(await kidsFor('k1')).toEqual(['k1']);
    await settle();
    now += 1;
    await keySetFailureOf(kidsFor('k1'));
  });

  it('is the lifetime with must-revalidate when maxStaleMs is 0', async () => {
    keySet = createKeySet(0);
    const headers = { 'cache-control': 'max-age=3600, must-revalidate' };
    expect(await stateAfterLifetime(headers)).toBe('unavailable');
  });

  it('begins at the end of the lifetime of the 200 when a 304 names none', async () => {
    const etag = '"1"';
    answer = () => good({ etag, 'cache-control': 'max-age=3600' });
    await keySet.whenReady();
    answer = () => new Response(null, { status: 304, headers: { etag } });
    now += 0.95 * HOUR;
    keySet.isUsable();
    await settle();
    expect(events.at(-1)).toMatchObject({ notModified: true, lifetimeMs: HOUR });
    answer = down;
    now += HOUR + DAY;
    await keySetFailureOf(kidsFor('k1'));
  });
});

describe('RemoteKeySet › bad response', () => {
  const json = { 'content-type': 'application/json' };
  const headers = { 'content-type': 'text/html' };

  it.each<[string, () => Response | Promise<Response>, object]>([
    ['HTML', () => new Response('<p>', { headers }), { reason: 'media_type' }],
    ['invalid JSON', () => new Response('{', { headers: json }), { reason: 'json' }],
    ['an empty object', () => Response.json({}), { reason: 'jwks' }],
    ['keys that are not an array', () => Response.json({ keys: {} }), { reason: 'jwks' }],
    ['an array', () => Response.json([jwk]), { reason: 'jwks' }],
    ['null', () => Response.json(null), { reason: 'jwks' }],
    ['500', () => Response.json({ keys: [] }, { status: 500 }), { reason: 'status' }],
    ['204', () => new Response(null, { status: 204 }), { reason: 'status' }],
    ['a redirect', () => Response.redirect('https://as.example/', 302), { reason: 'redirect' }],
    ['JSON as HTML', () => Response.json({ keys: [jwk] }, { headers }), { reason: 'media_type' }],
    ['a key that is null', () => Response.json({ keys: [null] }), { reason: 'no_usable_key' }],
    [
      'no usable key',
      () => Response.json({ keys: [{ ...jwk, use: 'enc' }, { kty: 'bogus' }] }),
      { reason: 'no_usable_key' },
    ],
    [
      'more than 256 keys',
      () => Response.json({ keys: Array.from({ length: 257 }, () => jwk) }),
      { reason: 'too_many_keys' },
    ],
    [
      'a large document',
      () => Response.json({ keys: ['x'.repeat(600_000)] }),
      { reason: 'too_large' },
    ],
    [
      '304 to an unconditional request',
      () => new Response(null, { status: 304 }),
      { reason: 'redirect' },
    ],
  ])('never evicts good keys: %s', async (_case, bad, why) => {
    const { signer: key } = await find('k1');
    answer = bad;
    now += 0.95 * HOUR;
    keySet.isUsable();
    await settle();
    expect(asked).toBe(2);
    expect(keySet.health().lastError).toMatchObject(why);
    expect(failures()).toHaveLength(1);
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(key?.withdrawn).toBe(false);
  });

  it('keeps a thrown value that is not an error as the cause', async () => {
    answer = () =>
      Object.defineProperty(good(), 'status', {
        get: () => {
          AbortSignal.abort('broken').throwIfAborted();
        },
      });
    const { cause } = await keySetFailureOf(kidsFor('k1'));
    expect(cause).toMatchObject({ message: 'the refresh failed', cause: 'broken' });
  });
});

describe('RemoteKeySet › slow response', () => {
  it('is aborted after the timeout and never overwrites a newer one', async () => {
    let deliver: (response: Response) => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        deliver = resolve;
      });
    const slow = keySetFailureOf(kidsFor('k1'));
    vi.advanceTimersByTime(5 * SECOND);
    expect((await slow).cause).toMatchObject({ reason: 'timeout' });
    now += SECOND;
    answer = good;
    const { signer: key } = await find('k1');
    deliver(Response.json({ keys: [] }));
    await settle();
    expect(key?.withdrawn).toBe(false);
    expect(keySet.health()).toMatchObject({ state: 'fresh', keys: 1 });
  });
});

describe('RemoteKeySet › inspection', () => {
  it('shows no key', async () => {
    await keySet.whenReady();
    answer = down;
    now += HOUR;
    await kidsFor('k1');
    const shown = inspect([keySet, keySet.health(), events], { depth: 9 });
    expect(shown).not.toContain(jwk.x);
    expect(shown).not.toContain('k1');
  });
});
