import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import type { JsonWebKey } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeySetUnavailableError } from './key-set-errors.js';
import { KEY_SET_CHANNEL, type KeySetEvent } from './key-set-events.js';
import { JwksSource } from './jwks-source.js';
import type { SignerSearch } from './key-set.js';
import { RemoteKeySet } from './remote-key-set.js';
import { resolveOptions } from '../options/resolve-options.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { settle } from '../../../../test/support/settle.js';

const ISSUER = 'https://as.example';
const START = Date.UTC(2030, 0, 1);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

let jwk: JsonWebKey;

/** How the issuer answers. */
let answer: () => Response | Promise<Response>;
let asked: number;
let now: number;
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
  const { clampLifetimeMs } = resolveOptions({ issuer: ISSUER, audience: 'api' });
  const source = new JwksSource({
    issuer: ISSUER,
    jwksUri: new URL('https://as.example/jwks'),
    clampLifetimeMs,
    timeoutMs: 5 * SECOND,
    allowHttp: false,
    fetch: async () => {
      asked += 1;
      return answer();
    },
  });
  return new RemoteKeySet({
    issuer: ISSUER,
    algorithms: ['ES256'],
    source,
    clock: () => now,
    maxStaleMs,
    clampLifetimeMs,
  });
}

beforeAll(() => {
  jwk = { ...createKeyPair('P-256').publicJwk, kid: 'k1' };
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // The longest waits that chance allows.
  vi.spyOn(Math, 'random').mockReturnValue(1);
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
  vi.restoreAllMocks();
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

/** Looks for a key in vain, and shows why. */
async function failureOf(finding: Promise<unknown>): Promise<KeySetUnavailableError> {
  const error: unknown = await finding.catch((reason: unknown) => reason);
  if (!(error instanceof KeySetUnavailableError)) throw new Error('no KeySetUnavailableError');
  return error;
}

const failures = (): KeySetEvent[] => events.filter(({ event }) => event === 'failed');

describe('an outage from the start', () => {
  beforeEach(() => {
    answer = down;
  });

  it('is our fault: 503, with the cause and when to come again', async () => {
    const error = await failureOf(kidsFor('k1'));
    expect(error.headers).toEqual({ 'Retry-After': '1' });
    expect(error.cause).toMatchObject({ code: 'ERR_EXCHANGE', reason: 'network' });
    expect(keySet.isUsable()).toBe(false);
    expect(keySet.health()).toEqual({
      issuer: ISSUER,
      state: 'unavailable',
      keys: 0,
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
      },
    ]);
  });

  it('makes ready() reject', async () => {
    await expect(keySet.whenReady()).rejects.toBeInstanceOf(KeySetUnavailableError);
  });

  it('is asked about once for all who wait, and not again before it is time', async () => {
    await Promise.all(Array.from({ length: 100 }, () => failureOf(kidsFor('k1'))));
    now += SECOND - 1;
    await failureOf(kidsFor('k1'));
    await failureOf(kidsFor(undefined));
    await failureOf(keySet.whenReady());
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
  ])('is waited out with longer and longer breaks, by chance: %d', async (chance, breaks) => {
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    await failureOf(kidsFor('k1'));
    for (const seconds of breaks) {
      const [last] = failures().slice(-1);
      expect(last).toMatchObject({ failures: asked, retryInMs: seconds * SECOND });
      now += seconds * SECOND;
      vi.advanceTimersByTime(seconds * SECOND);
      await settle();
    }
    expect(asked).toBe(breaks.length + 1);
  });

  it('is 503 for all who ask anew meanwhile', async () => {
    await Promise.all([kidsFor('k1'), kidsFor(undefined), kidsFor('k1')].map(failureOf));
    expect(asked).toBe(1);
  });

  it('says when to come again, rounded up', async () => {
    await failureOf(kidsFor('k1'));
    for (const seconds of [1, 2, 4]) {
      now += seconds * SECOND;
      vi.advanceTimersByTime(seconds * SECOND);
      await settle();
    }
    now += 500;
    expect((await failureOf(kidsFor('k1'))).headers).toEqual({ 'Retry-After': '8' });
  });

  it('ends by itself', async () => {
    await failureOf(kidsFor('k1'));
    answer = good;
    now += SECOND;
    vi.advanceTimersByTime(SECOND);
    await settle();
    expect(keySet.isUsable()).toBe(true);
  });
});

describe('an outage later on', () => {
  beforeEach(async () => {
    await keySet.whenReady();
    answer = down;
    asked = 0;
    events = [];
  });

  /** Moves on, and lets a refresh that is due fail. */
  async function wait(ms: number): Promise<void> {
    now += ms;
    keySet.isUsable();
    await settle();
  }

  it('is not noticed by callers within the lifetime', async () => {
    await wait(HOUR - 1);
    expect(isAvailable('k1')).toBe(true);
    expect(keySet.health()).toMatchObject({ state: 'fresh', keys: 1 });
    expect(failures()).toHaveLength(1);
    expect(events.filter(({ event }) => event === 'stale')).toEqual([]);
  });

  it('lets the last good keys serve on, and tells of each use', async () => {
    now += HOUR + 7;
    expect(await kidsFor('k1')).toEqual(['k1']);
    events = [];
    expect(keySet.isUsable()).toBe(true);
    expect(isAvailable('k1')).toBe(true);
    const stale = { issuer: ISSUER, event: 'stale', staleForMs: 7 };
    expect(events).toEqual([stale, stale]);
    expect(keySet.health()).toMatchObject({ state: 'stale', keys: 1, ageMs: HOUR + 7 });
  });

  it('lets them serve on without anybody listening', async () => {
    unsubscribe(KEY_SET_CHANNEL, listen);
    await wait(HOUR);
    expect(keySet.isUsable()).toBe(true);
    expect(events).toEqual([]);
  });

  it('tries again in the background meanwhile, and nobody waits', async () => {
    await wait(HOUR);
    expect(asked).toBe(1);
    now += SECOND;
    answer = () => new Promise<Response>(() => undefined);
    expect(isAvailable('k1')).toBe(true);
    expect(asked).toBe(2);
  });

  it('is 503 once the keys are too old', async () => {
    await wait(HOUR);
    now = START + HOUR + DAY - 1;
    expect(await kidsFor('k1')).toEqual(['k1']);
    await settle();
    now += 1;
    await failureOf(kidsFor('k1'));
    expect(keySet.isUsable()).toBe(false);
    expect(keySet.health()).toMatchObject({ state: 'unavailable', keys: 1 });
  });

  it('is 503 for a key that is not known: it may be a good one', async () => {
    const error = await failureOf(kidsFor('k2'));
    expect(error.headers).toEqual({ 'Retry-After': '1' });
    await failureOf(kidsFor('k2'));
    await failureOf(findNewer());
    expect(asked).toBe(1);
    expect(await kidsFor('k1')).toEqual(['k1']);
  });

  it('is 503 for a key that is not known when it is noticed by that key', async () => {
    now += HOUR;
    await failureOf(kidsFor('k2'));
    expect(asked).toBe(1);
    expect(await kidsFor('k1')).toEqual(['k1']);
  });

  it('ends with the next good answer', async () => {
    await wait(HOUR);
    answer = good;
    await wait(SECOND);
    expect(keySet.health()).toMatchObject({ state: 'fresh', ageMs: 0, lastError: undefined });
    answer = down;
    await wait(HOUR);
    expect(failures().at(-1)).toMatchObject({ failures: 1, retryInMs: SECOND });
  });
});

describe('the bound of an outage', () => {
  async function stateAfterLifetime(headers: Record<string, string>): Promise<unknown> {
    answer = () => good(headers);
    await keySet.whenReady();
    answer = down;
    now += HOUR - 1;
    expect(await kidsFor('k1')).toEqual(['k1']);
    await settle();
    now += 1;
    await failureOf(kidsFor('k1'));
    return keySet.health().state;
  }

  it('is the lifetime itself where nothing more is allowed', async () => {
    keySet = createKeySet(0);
    expect(await stateAfterLifetime({ 'cache-control': 'max-age=3600' })).toBe('unavailable');
  });

  it('is the lifetime itself where the issuer says must-revalidate', async () => {
    const headers = { 'cache-control': 'max-age=3600, must-revalidate' };
    expect(await stateAfterLifetime(headers)).toBe('unavailable');
  });

  it('is as the 200 said when a 304 does not say it again', async () => {
    const etag = '"1"';
    answer = () => good({ etag, 'cache-control': 'max-age=3600, must-revalidate' });
    await keySet.whenReady();
    answer = () => new Response(null, { status: 304, headers: { etag } });
    now += 0.95 * HOUR;
    keySet.isUsable();
    await settle();
    expect(events.at(-1)).toMatchObject({ notModified: true, lifetimeMs: HOUR });
    answer = down;
    now += HOUR;
    await failureOf(kidsFor('k1'));
  });

  it('is as a 304 says where it says something', async () => {
    const etag = '"1"';
    answer = () => good({ etag, 'cache-control': 'max-age=3600' });
    await keySet.whenReady();
    const headers = { etag, 'cache-control': 'must-revalidate' };
    answer = () => new Response(null, { status: 304, headers });
    now += 0.95 * HOUR;
    keySet.isUsable();
    await settle();
    answer = down;
    now += HOUR;
    await failureOf(kidsFor('k1'));
  });
});

describe('a bad answer', () => {
  const json = { 'content-type': 'application/json' };
  const headers = { 'content-type': 'text/html' };

  it.each<[string, () => Response | Promise<Response>, object]>([
    ['HTML', () => new Response('<p>', { headers }), { reason: 'media_type' }],
    ['no JSON', () => new Response('{', { headers: json }), { reason: 'json' }],
    ['an empty object', () => Response.json({}), { reason: 'jwks' }],
    ['keys that are no list', () => Response.json({ keys: {} }), { reason: 'jwks' }],
    ['a list', () => Response.json([jwk]), { reason: 'jwks' }],
    ['null', () => Response.json(null), { reason: 'jwks' }],
    ['500', () => Response.json({ keys: [] }, { status: 500 }), { reason: 'status' }],
    ['204', () => new Response(null, { status: 204 }), { reason: 'status' }],
    ['a redirect', () => Response.redirect('https://as.example/', 302), { reason: 'redirect' }],
    ['a key that is null', () => Response.json({ keys: [null] }), { reason: 'no_usable_key' }],
    [
      'keys of which none can be used',
      () => Response.json({ keys: [{ ...jwk, use: 'enc' }, { kty: 'bogus' }] }),
      { reason: 'no_usable_key' },
    ],
    [
      'more than 256 keys',
      () => Response.json({ keys: Array.from({ length: 257 }, () => jwk) }),
      { reason: 'too_many_keys' },
    ],
    ['too much', () => Response.json({ keys: ['x'.repeat(600_000)] }), { reason: 'too_large' }],
    ['304 without being asked', () => new Response(null, { status: 304 }), { reason: 'redirect' }],
  ])('never evicts a good set: %s', async (_case, bad, why) => {
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

  it('keeps what is no error as the cause', async () => {
    answer = () =>
      Object.defineProperty(good(), 'status', {
        get: () => {
          AbortSignal.abort('broken').throwIfAborted();
        },
      });
    const { cause } = await failureOf(kidsFor('k1'));
    expect(cause).toMatchObject({ message: 'the refresh failed', cause: 'broken' });
  });
});

describe('a slow answer', () => {
  it('is given up after the timeout, and never overwrites a newer one', async () => {
    let deliver: (response: Response) => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        deliver = resolve;
      });
    const slow = failureOf(kidsFor('k1'));
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

describe('close', () => {
  it('stops refreshing; fresh keys serve until their lifetime ends', async () => {
    await keySet.whenReady();
    keySet.close();
    vi.advanceTimersByTime(DAY);
    now += HOUR - 1;
    expect(isAvailable('k1')).toBe(true);
    now += 1;
    expect((await failureOf(kidsFor('k1'))).headers).toEqual({ 'Retry-After': '1' });
    await settle();
    expect(asked).toBe(1);
  });

  it('does not make a good token a bad one: a key that is not known is 503', async () => {
    await keySet.whenReady();
    const underWay = failureOf(kidsFor('k2'));
    keySet.close();
    await underWay;
    await failureOf(kidsFor('k3'));
  });

  it('ends what is under way, and leaves no timer', async () => {
    answer = () => new Promise<Response>(() => undefined);
    const underWay = failureOf(kidsFor('k1'));
    keySet.close();
    await underWay;
    expect(vi.getTimerCount()).toBe(0);
    expect(events).toEqual([]);
    expect(keySet.health()).toMatchObject({ state: 'empty', lastError: undefined });
  });

  it('lets an answer go that comes too late', async () => {
    answer = () => {
      const response = good();
      const get = (name: string): string | null => {
        // The last thing that is read of an answer.
        if (name === 'etag') keySet.close();
        return Headers.prototype.get.call(response.headers, name);
      };
      Object.assign(response.headers, { get });
      return response;
    };
    await failureOf(kidsFor('k1'));
    expect(keySet.health().state).toBe('empty');
  });
});

describe('what is shown', () => {
  it('holds no key', async () => {
    await keySet.whenReady();
    answer = down;
    now += HOUR;
    await kidsFor('k1');
    const shown = inspect([keySet, keySet.health(), events], { depth: 9 });
    expect(shown).not.toContain(jwk.x);
    expect(shown).not.toContain('k1');
  });
});
