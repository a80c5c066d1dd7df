import { createScopeSet } from '@scopegate/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createMemoryTokenStore,
  type MemoryTokenStore,
} from '../../../../test/support/token-stores.js';
import { createGate, type Gate } from '../../../../test/support/stub-token-server.js';
import { TokenEndpointError, TokenRequestError } from '../errors.js';
import { SharedRequest } from './shared-request.js';
import type { TokenGrant } from './token-response.js';
import type { TokenStore } from './token-store.js';

const closed = new TokenRequestError('closed');

function grantOf(value: string, lifetimeSeconds: number | undefined = 100): TokenGrant {
  return { value, type: 'Bearer', lifetimeSeconds, scopes: createScopeSet(['a', 'b']) };
}

/** Creates the shared request of one process; its token requests wait for the test. */
function setUp(store: TokenStore) {
  const gates: Gate<TokenGrant>[] = [];
  const closing = new AbortController();
  const shared = new SharedRequest({
    store,
    readId: () => Promise.resolve('id'),
    type: 'Bearer',
    request() {
      const gate = createGate<TokenGrant>();
      gates.push(gate);
      return gate.promise;
    },
    timeoutMs: 1_000,
    clock: Date.now,
    jitter: () => 1,
    signal: closing.signal,
  });
  /** Gets a token, and records the outcome. */
  function get(unwanted?: string): { value?: string; shared?: string; error?: unknown } {
    const outcome: ReturnType<typeof get> = {};
    shared.get(unwanted).then(
      (grant) => Object.assign(outcome, { value: grant.value, shared: grant.shared }),
      (error: unknown) => Object.assign(outcome, { error }),
    );
    return outcome;
  }
  const close = (): void => {
    closing.abort(closed);
  };
  return { gates, get, shared, close };
}

/** Lets a number of milliseconds pass. */
async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

let store: MemoryTokenStore;

beforeEach(() => {
  vi.useFakeTimers();
  store = createMemoryTokenStore();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('SharedRequest', () => {
  it('sends one request for all processes', async () => {
    const fleet = Array.from({ length: 50 }, () => setUp(store));
    const outcomes = fleet.map(({ get }) => get());
    await pass(100);
    const gates = fleet.flatMap((each) => each.gates);
    expect(gates).toHaveLength(1);
    gates[0]?.open(grantOf('t1'));
    await pass(250);
    expect(outcomes.map(({ value }) => value)).toEqual(Array(50).fill('t1'));
    expect(outcomes.filter(({ shared }) => shared === 'won')).toHaveLength(1);
    expect(outcomes.filter(({ shared }) => shared === 'adopted')).toHaveLength(49);
  });

  it('counts the lifetime of an adopted token from the turn, not from when waiting began', async () => {
    const [first, second] = [setUp(store), setUp(store)];
    const startedAt = Date.now();
    first.get();
    await pass();
    const waiting = second.shared.get(undefined);
    await pass(2_000);
    first.gates[0]?.open(grantOf('t1', 60));
    await pass(250);
    const grant = await waiting;
    expect(grant.startedAt).toBeGreaterThan(startedAt + 2_000);
    // The request took two seconds of the lifetime.
    const usableUntil = grant.startedAt + (grant.lifetimeSeconds ?? 0) * 1_000;
    expect(usableUntil).toBe(startedAt + 60_000);
    expect([...grant.scopes]).toEqual(['a', 'b']);
  });

  it('passes the id and the unwanted token to the store', async () => {
    setUp(store).get('t0');
    await pass();
    expect(store.turns).toEqual([{ id: 'id', unwanted: 't0' }]);
  });

  it('reads again after 25 ms, and then up to every 250 ms', async () => {
    const [first, second] = [setUp(store), setUp(store)];
    first.get();
    second.get();
    await pass();
    const counts: number[] = [];
    for (const ms of [24, 1, 37, 1, 500, 1_000]) {
      await pass(ms);
      counts.push(store.turns.length - 2);
    }
    // At 25, 63 (25 + 38), then 56, 84, 127, 190 and 250 ms later.
    expect(counts).toEqual([0, 1, 1, 2, 6, 10]);
  });

  it('prolongs the lease every second until the response', async () => {
    const { gates, get } = setUp(store);
    const outcome = get();
    await pass(4_500);
    expect(store.calls).toEqual([['extend'], ['extend'], ['extend'], ['extend']]);
    gates[0]?.open(grantOf('t1'));
    await pass(5_000);
    expect(outcome).toEqual({ value: 't1', shared: 'won' });
    expect(store.calls.slice(4)).toEqual([
      ['fulfill', { value: 't1', scopes: ['a', 'b'] }, 95_500],
    ]);
  });

  it('takes over when the process with the lease ends', async () => {
    store.next.push({ turn: 'wait', forMs: 3_000 });
    store.at('id').lease = { turn: 'wait', until: performance.now() + 3_000 };
    const { gates, get } = setUp(store);
    get();
    await pass(2_999);
    expect(gates).toHaveLength(0);
    await pass(250);
    expect(gates).toHaveLength(1);
  });

  it('sends its own request after 10 seconds', async () => {
    store.at('id').lease = { turn: 'wait', until: 1e9 };
    const { gates, get } = setUp(store);
    const outcome = get();
    await pass(9_999);
    expect(gates).toHaveLength(0);
    await pass(250);
    gates[0]?.open(grantOf('t1'));
    await pass();
    expect(outcome).toEqual({ value: 't1', shared: 'alone' });
    expect(store.calls).toEqual([]);
  });

  it.each([
    ['503', new TokenRequestError('status', { status: 503 }), 1_000],
    ['429 with Retry-After', new TokenRequestError('status', { retryAfterMs: 20_000 }), 20_000],
    ['a longer Retry-After', new TokenRequestError('status', { retryAfterMs: 1e9 }), 60_000],
    ['no response', new TokenRequestError('timeout'), 1_000],
    ['invalid_scope', new TokenEndpointError('invalid_scope', { status: 400 }), 1_000],
    ['invalid_client', new TokenEndpointError('invalid_client', { status: 401 }), 1],
    ['401 without an error response', new TokenRequestError('status', { status: 401 }), 1],
    ['an unreadable credential', new TokenRequestError('credential'), 1],
    ['no connection', new TokenRequestError('network'), 1],
    ['a proof with a wrong time', new TokenEndpointError('invalid_dpop_proof', { status: 400 }), 1],
    ['an error of the application', new Error('fetch is broken'), 1],
    ['close', closed, 1],
  ])('ends the lease after %s: %o', async (_case, error, backOffMs) => {
    const { gates, get } = setUp(store);
    const outcome = get();
    await pass();
    gates[0]?.fail(error);
    await pass();
    expect(outcome).toEqual({ error });
    expect(store.calls).toEqual([['release', backOffMs]]);
  });

  it('backs off longer after each failure, and from the beginning after a token', async () => {
    const { gates, get } = setUp(store);
    for (const backOffMs of [1_000, 2_000, 4_000, 5_000]) {
      get();
      await pass();
      gates.at(-1)?.fail(new TokenRequestError('timeout'));
      await pass();
      expect(store.calls.at(-1)).toEqual(['release', backOffMs]);
      await pass(backOffMs);
    }
    get();
    await pass();
    gates.at(-1)?.open(grantOf('t1'));
    await pass();
    get('t1');
    await pass();
    gates.at(-1)?.fail(new TokenRequestError('timeout'));
    await pass();
    expect(store.calls.at(-1)).toEqual(['release', 1_000]);
  });

  it('rejects while the fleet backs off', async () => {
    store.next.push({ turn: 'back-off', forMs: 4_000 });
    const { gates, get } = setUp(store);
    const { error } = await settled(get());
    expect(error).toEqual(new TokenRequestError('back_off', { retryAfterMs: 4_000 }));
    expect(error).toHaveProperty('retryAfterMs', 4_000);
    expect(gates).toHaveLength(0);
  });

  it('waits for the end of a short back-off', async () => {
    store.next.push({ turn: 'back-off', forMs: 1 });
    const { gates, get } = setUp(store);
    get();
    await pass(1);
    expect(gates).toHaveLength(1);
  });

  it.each([
    ['no expires_in', undefined],
    ['a senseless expires_in', 0],
    ['an expires_in of one second', 1],
    ['an expires_in of millions of years', 1e15],
  ])('does not share a token with %s', async (_case, lifetimeSeconds) => {
    const [first, second] = [setUp(store), setUp(store)];
    const outcomes = [first.get(), second.get()];
    await pass();
    first.gates[0]?.open({ ...grantOf('t1'), lifetimeSeconds });
    await pass(250);
    second.gates[0]?.open({ ...grantOf('t2'), lifetimeSeconds });
    await pass();
    expect(outcomes).toEqual([
      { value: 't1', shared: 'alone' },
      { value: 't2', shared: 'alone' },
    ]);
    expect(store.calls).toEqual([['decline', 60_000]]);
  });

  it('keeps a token for 10 seconds when an API refuses it', async () => {
    const [first, second] = [setUp(store), setUp(store)];
    const now = Date.now();
    const winning = first.shared.get(undefined);
    await pass();
    first.gates[0]?.open(grantOf('t1'));
    await pass(4_000);
    expect(await winning).toMatchObject({ keepUntil: now + 10_000 });
    expect(await second.shared.get(undefined)).toMatchObject({ keepUntil: now + 10_000 });
  });

  it('rejects when the client is closed while it waits', async () => {
    store.at('id').lease = { turn: 'wait', until: 1e9 };
    const { get, close } = setUp(store);
    const outcome = get();
    await pass(1_000);
    close();
    await pass();
    expect(outcome).toEqual({ error: closed });
  });
});

const lease = (members: object = {}): unknown => ({
  turn: 'lease',
  lease: { ...BROKEN_LEASE, ...members },
});
const BROKEN_LEASE = {
  extend: () => Promise.reject(new Error('broken')),
  fulfill: () => Promise.reject(new Error('broken')),
  release: () => Promise.reject(new Error('broken')),
  decline: () => Promise.reject(new Error('broken')),
};
const token = (members: object = {}): unknown => ({
  turn: 'token',
  token: { value: 't9', scopes: [] },
  remainingMs: 1_000,
  ageMs: 0,
  ...members,
});

describe('SharedRequest with a store that fails', () => {
  it.each<[string, () => unknown]>([
    ['throws', () => void thrown()],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['never settles', () => new Promise(() => undefined)],
    ['returns undefined', () => undefined],
    ['returns null', () => Promise.resolve(null)],
    ['returns an unknown turn', () => Promise.resolve({ turn: 'mine' })],
    ['returns a wait without end', () => Promise.resolve({ turn: 'wait' })],
    ['returns a wait of NaN', () => Promise.resolve({ turn: 'wait', forMs: NaN })],
    ['returns a negative back-off', () => Promise.resolve({ turn: 'back-off', forMs: -1 })],
    ['returns a lease without methods', () => Promise.resolve({ turn: 'lease', lease: {} })],
    ['returns no lease', () => Promise.resolve({ turn: 'lease' })],
    ['returns a token that is not text', () => token({ token: { value: 7, scopes: [] } })],
    ['returns a token with a line feed', () => token({ token: { value: 'a\nb', scopes: [] } })],
    ['returns an empty token', () => token({ token: { value: '', scopes: [] } })],
    ['returns the unwanted token', () => token({ token: { value: 't0', scopes: [] } })],
    [
      'returns scopes that are not scopes',
      () => token({ token: { value: 't9', scopes: ['a b'] } }),
    ],
    [
      'returns scopes that are not an array',
      () => token({ token: { value: 't9', scopes: 'a b' } }),
    ],
    ['returns a token that has expired', () => token({ remainingMs: 0 })],
    ['returns a lifetime that is not a number', () => token({ remainingMs: '1000' })],
    ['returns an infinite lifetime', () => token({ remainingMs: Infinity })],
    ['returns no age', () => token({ ageMs: undefined })],
    [
      'returns a back-off of an hour, which no failure causes',
      () => ({ turn: 'back-off', forMs: 3_600_000 }),
    ],
    [
      'returns an object that throws',
      () => ({
        get turn() {
          return thrown();
        },
      }),
    ],
  ])('sends its own request when takeTurn %s', async (_case, takeTurn) => {
    // A store from JavaScript, which no compiler has checked.
    const { gates, get } = setUp({ takeTurn } as unknown as TokenStore);
    const outcome = get('t0');
    await pass(1_000);
    gates[0]?.open(grantOf('t1'));
    await pass();
    expect(outcome).toEqual({ value: 't1', shared: 'alone' });
  });

  it.each<[string, object]>([
    ['rejects', {}],
    ['throws', { fulfill: thrown, release: thrown, decline: thrown, extend: thrown }],
    ['never settles', { fulfill: never, release: never, decline: never, extend: never }],
    ['returns nothing', { fulfill: () => undefined, extend: () => undefined }],
  ])('uses its token when the lease %s', async (_case, members) => {
    const { gates, get } = setUp({ takeTurn: () => lease(members) } as unknown as TokenStore);
    const outcome = get();
    await pass(5_000);
    gates[0]?.open(grantOf('t1'));
    await pass(2_000);
    expect(outcome).toEqual({ value: 't1', shared: 'won' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports why the request failed when the lease fails, too', async () => {
    const { gates, get } = setUp({ takeTurn: () => lease() } as unknown as TokenStore);
    const outcome = get();
    await pass();
    const error = new TokenRequestError('timeout');
    gates[0]?.fail(error);
    await pass();
    expect(outcome).toEqual({ error });
  });

  it('gives back a lease that arrives too late', async () => {
    const release = vi.fn(() => Promise.resolve());
    const gate = createGate<unknown>();
    const { gates, get } = setUp({ takeTurn: () => gate.promise } as unknown as TokenStore);
    get();
    await pass(1_000);
    expect(gates).toHaveLength(1);
    gate.open(lease({ release }));
    await pass();
    expect(release.mock.calls).toEqual([[1]]);
  });
});

function thrown(): never {
  throw new Error('broken');
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

async function settled<T>(outcome: T): Promise<T> {
  await pass();
  return outcome;
}
