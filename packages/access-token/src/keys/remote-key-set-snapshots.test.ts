import type { JsonWebKey } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { JwksSource } from './jwks-source.js';
import { KEY_SET_CHANNEL, type KeySetEvent } from './key-set-events.js';
import { KeySetUnavailableError } from './key-set-errors.js';
import { RemoteKeySet } from './remote-key-set.js';
import { IssuerSnapshot } from '../snapshots/issuer-snapshot.js';
import type { KeySetSnapshot } from '../snapshots/key-set-snapshots.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { listenTo } from '../../../../test/support/listen-to.js';
import { settle } from '../../../../test/support/settle.js';

const ISSUER = 'https://as.example';
const JWKS_URL = 'https://as.example/jwks';
const START = Date.UTC(2030, 0, 1);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const MAX_STALE_MS = 24 * HOUR;

let [k1, k2]: JsonWebKey[] = [];
let now: number;
/** What the store has; what it is read for, and what it is given. */
let stored: unknown;
let read: () => unknown;
let reads: string[];
let writes: [issuer: string, snapshot: KeySetSnapshot, lifetimeMs: number][];
/** What the issuer answers; `undefined` while it cannot be reached. */
let served: readonly (JsonWebKey | undefined)[] | undefined;
let answers304: boolean;
let gate: Promise<void>;
let asked: Headers[];
let events: readonly KeySetEvent[];
let keySet: RemoteKeySet;

const clampLifetimeMs = (lifetimeMs = 10 * MINUTE): number => lifetimeMs;

const fetchJwks: typeof fetch = async (_url, init) => {
  asked.push(new Headers(init?.headers));
  await gate;
  if (served === undefined) throw new TypeError('fetch failed');
  const headers = { 'cache-control': 'max-age=3600', etag: '"1"' };
  if (answers304 || asked.at(-1)?.get('if-none-match') === '"1"') {
    return new Response(null, { status: 304, headers });
  }
  return Response.json({ keys: served }, { headers });
};

function open({ chance = 1 }: { readonly chance?: number } = {}): void {
  const jwksUri = new URL(JWKS_URL);
  const common = { issuer: ISSUER, clock: () => now, clampLifetimeMs, maxStaleMs: MAX_STALE_MS };
  const http = { fetch: fetchJwks, timeoutMs: 5 * SECOND, allowHttp: false };
  const store = {
    read: (issuer: string) => {
      reads.push(issuer);
      // A store of JavaScript may return anything.
      return read() as Promise<undefined>;
    },
    write: (...given: (typeof writes)[number]) => {
      writes.push(given);
      return Promise.resolve();
    },
  };
  keySet = new RemoteKeySet({
    ...common,
    algorithms: ['ES256'],
    source: new JwksSource({ ...common, ...http, jwksUri }),
    snapshot: new IssuerSnapshot({ ...common, ...http, jwksUri, store }),
    jitter: () => chance,
  });
}

function snapshotOf(keys: readonly unknown[], overrides: object = {}): object {
  return {
    jwks: { keys },
    url: JWKS_URL,
    fetchedAt: START - MINUTE,
    lifetimeMs: HOUR,
    ...overrides,
  };
}

beforeAll(() => {
  [k1, k2] = ['k1', 'k2'].map((kid) => ({ ...createKeyPair('P-256').publicJwk, kid }));
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  now = START;
  [reads, writes, asked] = [[], [], []];
  stored = snapshotOf([k1]);
  read = () => Promise.resolve(stored);
  served = [k1];
  answers304 = false;
  gate = Promise.resolve();
  events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[]; // the channel has no other messages
});

afterEach(() => {
  keySet.close();
  vi.useRealTimers();
});

async function kidsFor(kid: string): Promise<(string | undefined)[]> {
  const { candidates } = await keySet.findSigner({ alg: 'ES256', kid, hasSigned: () => true });
  return candidates.map((key) => key.kid);
}

/** Lets the time of the clock and of timers pass. */
async function wait(ms: number): Promise<void> {
  now += ms;
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

const eventNames = (): string[] => events.map(({ event }) => event);

describe('RemoteKeySet › fresh snapshot', () => {
  it('is used at once, without a request', async () => {
    open();
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect([asked.length, reads]).toEqual([0, [ISSUER]]);
    expect(keySet.health()).toEqual({
      issuer: ISSUER,
      state: 'fresh',
      keys: 1,
      fromSnapshot: true,
      ageMs: MINUTE,
      lastError: undefined,
      nextAttemptAt: START + 5 * SECOND,
    });
    expect(events).toEqual([
      { issuer: ISSUER, event: 'snapshot-used', keys: 1, ageMs: MINUTE, isFresh: true },
    ]);
  });

  it.each([0.5, 1])('is followed by an unconditional request (jitter %d)', async (chance) => {
    open({ chance });
    await keySet.whenReady();
    await wait(chance * 5 * SECOND - 1);
    expect(asked).toHaveLength(0);
    await wait(1);
    expect(asked.map((headers) => headers.get('if-none-match'))).toEqual([null]);
    expect(keySet.health()).toMatchObject({ fromSnapshot: false, ageMs: expect.any(Number) });
  });

  it('is read once for callers that wait, and never again', async () => {
    open();
    await Promise.all([kidsFor('k1'), kidsFor('k1'), keySet.whenReady()]);
    await wait(HOUR);
    await kidsFor('k1');
    expect(reads).toHaveLength(1);
  });

  it('withdraws its keys that the issuer does not publish', async () => {
    open();
    const { signer } = await keySet.findSigner({ alg: 'ES256', kid: 'k1', hasSigned: () => true });
    served = [k2];
    await wait(5 * SECOND);
    expect(signer?.withdrawn).toBe(true);
    expect(await kidsFor('k2')).toEqual(['k2']);
    expect(events).toContainEqual({ issuer: ISSUER, event: 'changed', added: 1, withdrawn: 1 });
  });

  it('does not answer for a kid that it lacks: the issuer is asked', async () => {
    open();
    served = [k1, k2];
    expect(await kidsFor('k2')).toEqual(['k2']);
    expect(asked).toHaveLength(1);
  });

  it('does not refuse an unknown kid while the issuer is unavailable', async () => {
    open();
    served = undefined;
    await expect(kidsFor('k2')).rejects.toBeInstanceOf(KeySetUnavailableError);
    expect(await kidsFor('k1')).toEqual(['k1']);
  });

  it('lets refresh() ask the issuer', async () => {
    open();
    served = undefined;
    await keySet.whenReady();
    await expect(keySet.refresh()).rejects.toBeInstanceOf(KeySetUnavailableError);
    expect(keySet.health()).toMatchObject({ state: 'fresh', fromSnapshot: true });
    expect(keySet.health().lastError).toBeInstanceOf(Error);
  });

  it('is not confirmed by a 304 that was not asked for', async () => {
    open();
    await keySet.whenReady();
    answers304 = true;
    await wait(5 * SECOND);
    expect(asked).toHaveLength(1);
    expect(keySet.health()).toMatchObject({ fromSnapshot: true });
    expect(keySet.health().lastError).toBeInstanceOf(Error);
  });

  it('ends maxStaleMs after its own request, even if it is used all the time', async () => {
    stored = snapshotOf([k1], { fetchedAt: START - MAX_STALE_MS + MINUTE, lifetimeMs: 48 * HOUR });
    open();
    served = undefined;
    expect(await kidsFor('k1')).toEqual(['k1']);
    await wait(MINUTE - 1);
    expect(await kidsFor('k1')).toEqual(['k1']);
    await wait(1);
    expect(keySet.health().state).toBe('unavailable');
    await expect(kidsFor('k1')).rejects.toBeInstanceOf(KeySetUnavailableError);
  });
});

describe('RemoteKeySet › snapshot past its lifetime', () => {
  beforeEach(() => {
    stored = snapshotOf([k1], { fetchedAt: START - 2 * HOUR });
  });

  it('is used after the first request has failed', async () => {
    open();
    served = undefined;
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(keySet.health()).toMatchObject({ state: 'stale', fromSnapshot: true, ageMs: 2 * HOUR });
    expect(keySet.health().nextAttemptAt).toBe(START + SECOND);
    expect(eventNames()).toEqual(['failed', 'snapshot-used', 'stale']);
    served = [k1];
    await wait(SECOND);
    expect(keySet.health()).toMatchObject({ state: 'fresh', fromSnapshot: false });
  });

  it('is used after 500 ms without a response, which replaces it', async () => {
    open();
    let respond = (): void => undefined;
    gate = new Promise((resolve) => (respond = resolve));
    const finding = kidsFor('k1');
    await settle();
    await wait(499);
    expect(keySet.health().fromSnapshot).toBe(false);
    await wait(1);
    expect(await finding).toEqual(['k1']);
    expect(keySet.health()).toMatchObject({ state: 'stale', fromSnapshot: true });
    respond();
    await wait(0);
    expect(keySet.health()).toMatchObject({ state: 'fresh', fromSnapshot: false });
    expect(asked).toHaveLength(1);
  });

  it('never replaces keys that were fetched', async () => {
    open();
    served = [k2];
    expect(await kidsFor('k2')).toEqual(['k2']);
    expect(eventNames()).not.toContain('snapshot-used');
    served = undefined;
    await wait(500);
    expect(await kidsFor('k2')).toEqual(['k2']);
    expect(keySet.health().fromSnapshot).toBe(false);
  });
});

describe('RemoteKeySet › snapshot that cannot be used', () => {
  const unusable: [what: string, snapshot: () => unknown][] = [
    ['is older than maxStaleMs', () => snapshotOf([k1], { fetchedAt: START - MAX_STALE_MS })],
    ['is more than 60 s in the future', () => snapshotOf([k1], { fetchedAt: START + MINUTE + 1 })],
    ['has a fetchedAt that is a string', () => snapshotOf([k1], { fetchedAt: String(START) })],
    ['has no fetchedAt', () => snapshotOf([k1], { fetchedAt: undefined })],
    ['has fetchedAt as NaN', () => snapshotOf([k1], { fetchedAt: Number.NaN })],
    ['has a lifetime that is a string', () => snapshotOf([k1], { lifetimeMs: '1' })],
    ['is of another URL', () => snapshotOf([k1], { url: 'https://as.example/other' })],
    ['has no URL', () => snapshotOf([k1], { url: undefined })],
    ['has no keys', () => snapshotOf([])],
    ['has no usable key', () => snapshotOf([{ kty: 'oct', k: 'AAAA', kid: 'k1' }])],
    ['has 257 keys', () => snapshotOf(Array.from({ length: 257 }, () => k1))],
    ['has no JWKS', () => snapshotOf([k1], { jwks: undefined })],
    ['is null', () => null],
    ['is text', () => 'a snapshot'],
    ['is an array', () => [snapshotOf([k1])],],
    ['is a circle', () => { const circle: unknown[] = []; circle.push(circle); return circle; }],
    ['is larger than 1 MiB', () => snapshotOf([k1], { pad: 'x'.repeat(1_048_576) })],
    ['has a getter that throws', () => ({ get jwks() { throw new Error('no'); } })],
  ]; // prettier-ignore

  it.each(unusable)('is ignored: it %s', async (_what, snapshot) => {
    read = () => Promise.resolve(snapshot());
    open();
    served = undefined;
    await expect(kidsFor('k1')).rejects.toBeInstanceOf(KeySetUnavailableError);
    expect(eventNames()).not.toContain('snapshot-used');
    served = [k1];
    await wait(SECOND);
    expect(await kidsFor('k1')).toEqual(['k1']);
  });

  it.each([60 * SECOND, 1])('is used although it is %d ms in the future', async (aheadMs) => {
    stored = snapshotOf([k1], { fetchedAt: START + aheadMs });
    open();
    expect(await kidsFor('k1')).toEqual(['k1']);
    expect(keySet.health()).toMatchObject({ fromSnapshot: true, ageMs: 0 });
  });

  it.each(['http://as.example/jwks', 'https://user@as.example/jwks', 'nothing'])(
    'is ignored: its URL is %s, which discovery would not accept',
    async (url) => {
      stored = snapshotOf([k1], { url });
      const common = { issuer: ISSUER, clock: () => now, maxStaleMs: MAX_STALE_MS };
      const store = { read: () => Promise.resolve(stored), write: () => Promise.resolve() };
      // A store of JavaScript may return anything.
      const given = { ...common, jwksUri: undefined, allowHttp: false, store: store as never };
      expect(await new IssuerSnapshot(given).read()).toBeUndefined();
      stored = snapshotOf([k1]);
      expect(await new IssuerSnapshot(given).read()).toMatchObject({ jwks: { keys: [k1] } });
      open();
    },
  );

  it('delays the first request by 250 ms at most if the store hangs', async () => {
    read = () => new Promise(() => undefined);
    open();
    const finding = kidsFor('k1');
    await settle();
    await wait(249);
    expect(asked).toHaveLength(0);
    await wait(1);
    expect(await finding).toEqual(['k1']);
  });

  it.each<[how: string, read: () => unknown]>([
    ['throws', () => { throw new Error('down'); }],
    ['rejects', () => Promise.reject(new Error('down'))],
  ])('is read again with the next request if the store %s', async (_how, failing) => {
    read = failing;
    open();
    served = undefined;
    await expect(kidsFor('k1')).rejects.toBeInstanceOf(KeySetUnavailableError);
    read = () => Promise.resolve(stored);
    await wait(SECOND);
    expect(keySet.health()).toMatchObject({ fromSnapshot: true });
    expect(await kidsFor('k1')).toEqual(['k1']);
  }); // prettier-ignore
});

describe('RemoteKeySet › storing snapshots', () => {
  beforeEach(() => {
    stored = undefined;
  });

  it('stores the first response', async () => {
    open();
    await keySet.whenReady();
    await settle();
    const snapshot = { jwks: { keys: [k1] }, url: JWKS_URL, fetchedAt: START, lifetimeMs: HOUR };
    expect(writes).toEqual([[ISSUER, snapshot, MAX_STALE_MS]]);
  });

  it('stores a response that confirms the keys when the snapshot is half as old as its lifetime', async () => {
    open();
    await keySet.whenReady();
    now += HOUR / 2 - 1;
    await keySet.refresh();
    expect(writes).toHaveLength(1);
    now += 1;
    await keySet.refresh();
    await settle();
    expect(asked.map((headers) => headers.get('if-none-match'))).toEqual([null, '"1"', '"1"']);
    const [, snapshot] = writes[1] ?? [];
    expect(snapshot).toMatchObject({ jwks: { keys: [k1] }, fetchedAt: START + HOUR / 2 });
  });

  it('stores a response at once that adds or withdraws keys', async () => {
    stored = snapshotOf([k1, k2]);
    open();
    await keySet.whenReady();
    await keySet.refresh();
    await settle();
    expect(writes.map(([, { jwks }]) => jwks)).toEqual([{ keys: [k1] }]);
  });

  it('stores nothing while the snapshot is recent and says the same', async () => {
    stored = snapshotOf([k1]);
    open();
    await keySet.whenReady();
    await keySet.refresh();
    await settle();
    expect(writes).toEqual([]);
  });

  it('stores an empty JWKS, so that its keys are trusted nowhere', async () => {
    stored = snapshotOf([k1]);
    open();
    await keySet.whenReady();
    served = [];
    await keySet.refresh();
    await settle();
    expect(writes.map(([, { jwks }]) => jwks)).toEqual([{ keys: [] }]);
  });

  it('stores nothing after a failure', async () => {
    open();
    served = undefined;
    await expect(keySet.whenReady()).rejects.toBeInstanceOf(KeySetUnavailableError);
    await settle();
    expect(writes).toEqual([]);
  });
});
