import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { listenTo } from '../../../../test/support/listen-to.js';
import { openClient } from '../../../../test/support/open-client.js';
import {
  describeWithRedis,
  openRedis,
  type RedisServer,
} from '../../../../test/support/redis-server.js';
import { createRedisStores } from '../redis-stores.js';
import { STORE_CHANNEL } from '../store-events.js';
import type { RedisTokenLease } from './redis-token-lease.js';
import type { RedisTokenStore, RedisTokenTurn } from './redis-token-store.js';

const ID = 'A'.repeat(43);
const KEY = 'test:{AAAAAAAAAAAAAAAAAAAAAA}';
const LEASE = `${KEY}:lease`;
const TOKEN = { value: 'first-token', scopes: ['read', 'write'] };
const encryptionKeys = [{ id: 'k1', key: randomBytes(32) }];

interface Options {
  readonly clock?: () => number;
  readonly keys?: typeof encryptionKeys;
}

/** Opens one process's store. */
async function openStore({ port }: RedisServer, options: Options = {}): Promise<RedisTokenStore> {
  const { clock, keys = encryptionKeys } = options;
  const client = await openClient('redis 6', { port });
  const stores = createRedisStores(
    { send: (args) => client.send(...args) },
    { prefix: 'test', encryptionKeys: keys, timeoutMs: 5_000, clock },
  );
  onTestFinished(() => {
    stores.close();
  });
  return stores.tokens;
}

async function takeLease(store: RedisTokenStore, unwanted?: string): Promise<RedisTokenLease> {
  const turn = await store.takeTurn(ID, unwanted);
  if (turn.turn !== 'lease') throw new Error(`the turn is ${turn.turn}`);
  return turn.lease;
}

/** What a turn consists of, without its times. */
function describeTurn(turn: RedisTokenTurn): unknown {
  return turn.turn === 'token' ? [turn.turn, turn.token] : turn.turn;
}

describeWithRedis('createRedisTokenStore', (engine) => {
  it('gives the lease to one process and lets the others wait', async () => {
    const server = await openRedis(engine);
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(server)));
    const turns = await Promise.all(stores.map((store) => store.takeTurn(ID, undefined)));
    expect(turns.map(({ turn }) => turn).sort()).toEqual(['lease', 'wait', 'wait', 'wait']);
  });

  it('shares a token, with its remaining lifetime and its age', async () => {
    const server = await openRedis(engine);
    const [first, second] = await Promise.all([openStore(server), openStore(server)]);
    await (await takeLease(first)).fulfill(TOKEN, 60_000);
    const turn = await second.takeTurn(ID, undefined);
    expect(describeTurn(turn)).toEqual(['token', TOKEN]);
    if (turn.turn !== 'token') return;
    expect(turn.remainingMs).toBeLessThanOrEqual(60_000);
    expect(turn.remainingMs).toBeGreaterThan(40_000);
    expect(turn.ageMs + turn.remainingMs).toBe(60_000);
    expect(await server.command('EXISTS', LEASE)).toBe(0);
  });

  it('gives the lease to a process that has the stored token, and the token to one that has another', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    await (await takeLease(store)).fulfill(TOKEN, 60_000);
    expect(describeTurn(await store.takeTurn(ID, 'another'))).toEqual(['token', TOKEN]);
    const lease = await takeLease(store, TOKEN.value);
    expect(await store.takeTurn(ID, TOKEN.value)).toMatchObject({ turn: 'wait' });
    await lease.fulfill({ ...TOKEN, value: 'second-token' }, 60_000);
    expect(await store.takeTurn(ID, TOKEN.value)).toMatchObject({
      token: { value: 'second-token' },
    });
  });

  it('keeps the tokens of different ids apart', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    await (await takeLease(store)).fulfill(TOKEN, 60_000);
    expect(await store.takeTurn('B'.repeat(43), undefined)).toMatchObject({ turn: 'lease' });
  });

  it.each([
    ['release', 'back-off'],
    ['decline', 'alone'],
  ] as const)('returns how long %s lasts, in every process: %s', async (method, turn) => {
    const server = await openRedis(engine);
    const [first, second] = await Promise.all([openStore(server), openStore(server)]);
    await (await takeLease(first))[method](60_000);
    const found = await second.takeTurn(ID, undefined);
    expect(found).toEqual({ turn, forMs: expect.any(Number) as unknown });
    if (!('forMs' in found)) return;
    expect(found.forMs).toBeLessThanOrEqual(60_000);
    expect(found.forMs).toBeGreaterThan(40_000);
  });

  it('prolongs a lease', async () => {
    const server = await openRedis(engine);
    const lease = await takeLease(await openStore(server));
    await server.command('PEXPIRE', LEASE, '1000');
    expect(await lease.extend()).toBe(true);
    expect(await server.command('PTTL', LEASE)).toBeGreaterThan(1_000);
  });

  it('ignores the holder of a lease that has ended', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    const late = await takeLease(store);
    await server.command('DEL', LEASE);
    const current = await takeLease(store);
    expect(await late.extend()).toBe(false);
    await late.fulfill({ ...TOKEN, value: 'late-token' }, 60_000);
    await late.release(60_000);
    await late.decline(60_000);
    expect(await store.takeTurn(ID, undefined)).toMatchObject({ turn: 'wait' });
    await current.fulfill(TOKEN, 60_000);
    expect(describeTurn(await store.takeTurn(ID, undefined))).toEqual(['token', TOKEN]);
  });

  it('ignores the late commands of a holder that did not notice the end of its lease', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    const late = await takeLease(store);
    await server.command('DEL', LEASE);
    const current = await takeLease(store);
    await late.fulfill({ ...TOKEN, value: 'late-token' }, 60_000);
    expect(await server.command('EXISTS', KEY)).toBe(0);
    expect(await current.extend()).toBe(true);
  });

  it('stores a token for no longer than it lives when the server executes the command late', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    const lease = await takeLease(store);
    // As if 1,500 ms had passed on the server since the lease was taken.
    await server.command('PEXPIRE', LEASE, '1500');
    await lease.fulfill(TOKEN, 60_000);
    const left = Number(await server.command('PTTL', KEY));
    expect(left).toBeLessThan(60_000);
    expect(left).toBeGreaterThan(40_000);
  });

  it('stores nothing when the lifetime ended before the command was executed', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    const lease = await takeLease(store);
    await server.command('PEXPIRE', LEASE, '1500');
    await lease.fulfill(TOKEN, 1_000);
    expect(await server.command('EXISTS', KEY, LEASE)).toBe(0);
  });

  it('recognizes its own lease when a client sends the command again', async () => {
    const server = await openRedis(engine);
    const client = await openClient('redis 6', { port: server.port });
    const stores = createRedisStores(
      {
        async send(args) {
          await client.send(...args).catch(() => undefined);
          return await client.send(...args);
        },
      },
      { prefix: 'test', encryptionKeys, timeoutMs: 5_000 },
    );
    const lease = await takeLease(stores.tokens);
    expect(await lease.extend()).toBe(true);
    stores.close();
  });

  it('does not return a token that is about to expire', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    await (await takeLease(store)).fulfill(TOKEN, 60_000);
    await server.command('PEXPIRE', KEY, '400');
    expect(await store.takeTurn(ID, undefined)).toMatchObject({ turn: 'lease' });
  });

  it.each([
    ['one that was written by hand', () => 'abcdefghijk.1.k1.AAAA'],
    ['one that is too short', () => 'x'],
    ['one with octets that are not text', () => '\u0000\u00ff'],
    ['one with a digest of another token', (entry: string) => `A${entry.slice(1)}`],
    ['one with a flipped octet', (entry: string) => flipLast(entry)],
  ])('ignores a foreign entry: %s', async (_case, change) => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    await (await takeLease(store)).fulfill(TOKEN, 60_000);
    const entry = String(await server.command('GET', KEY));
    await server.command('SET', KEY, change(entry), 'PX', '60000');
    const events = listenTo(STORE_CHANNEL);
    expect(await store.takeTurn(ID, undefined)).toMatchObject({ turn: 'lease' });
    expect(events).toContainEqual({ event: 'tampered', store: 'tokens' });
  });

  it('ignores an entry that was copied from another id', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    await (await takeLease(store)).fulfill(TOKEN, 60_000);
    await server.command('COPY', KEY, 'test:{BBBBBBBBBBBBBBBBBBBBBB}');
    const events = listenTo(STORE_CHANNEL);
    expect(await store.takeTurn('B'.repeat(43), undefined)).toMatchObject({ turn: 'lease' });
    expect(events).toContainEqual({ event: 'tampered', store: 'tokens' });
  });

  it('ignores an old entry that was written back with a longer lifetime', async () => {
    const server = await openRedis(engine);
    const now = Date.now();
    const writer = await openStore(server, { clock: () => now });
    await (await takeLease(writer)).fulfill(TOKEN, 60_000);
    await server.command('PEXPIRE', KEY, '600000');
    // The sealed lifetime bounds that of the entry.
    expect(await writer.takeTurn(ID, undefined)).toMatchObject({ remainingMs: 60_000 });
    const later = await openStore(server, { clock: () => now + 120_000 });
    expect(await later.takeTurn(ID, undefined)).toMatchObject({ turn: 'lease' });
  });

  it.each([-30_000, 30_000])(
    'accepts a token from a process whose clock differs by %i ms',
    async (differenceMs) => {
      const server = await openRedis(engine);
      const writer = await openStore(server, { clock: () => Date.now() + differenceMs });
      await (await takeLease(writer)).fulfill(TOKEN, 20_000);
      const turn = await (await openStore(server)).takeTurn(ID, undefined);
      expect(describeTurn(turn)).toEqual(['token', TOKEN]);
      expect(turn).toHaveProperty(
        'remainingMs',
        expect.toSatisfy((ms) => Number(ms) <= 20_000),
      );
    },
  );

  it('replaces an entry that is sealed with a key that it does not have', async () => {
    const server = await openRedis(engine);
    const other = await openStore(server, { keys: [{ id: 'k2', key: randomBytes(32) }] });
    await (await takeLease(other)).fulfill(TOKEN, 60_000);
    const store = await openStore(server);
    const events = listenTo(STORE_CHANNEL);
    const lease = await takeLease(store);
    expect(events).toContainEqual({ event: 'unreadable', store: 'tokens', keyId: 'k2' });
    await lease.fulfill(TOKEN, 60_000);
    expect(describeTurn(await store.takeTurn(ID, undefined))).toEqual(['token', TOKEN]);
  });

  it('publishes how it got a token', async () => {
    const server = await openRedis(engine);
    const [first, second] = await Promise.all([openStore(server), openStore(server)]);
    const events = listenTo(STORE_CHANNEL);
    const lease = await takeLease(first);
    await second.takeTurn(ID, undefined);
    await lease.fulfill(TOKEN, 60_000);
    await second.takeTurn(ID, undefined);
    await second.takeTurn(ID, undefined);
    expect(events).toEqual([
      { event: 'lease', outcome: 'won' },
      { event: 'lease', outcome: 'waited' },
      { event: 'lease', outcome: 'adopted' },
    ]);
  });

  it('stores nothing in which the token or its scopes can be read', async () => {
    const server = await openRedis(engine);
    await (await takeLease(await openStore(server))).fulfill(TOKEN, 60_000);
    expect(await server.command('KEYS', '*')).toEqual([KEY]);
    const entry = String(await server.command('GET', KEY));
    expect(entry).toMatch(/^[A-Za-z0-9_-]{11}\.1\.k1\.[A-Za-z0-9_-]+$/);
    expect(entry).not.toMatch(/first|token|read|write/);
  });

  it('rejects a key of another type', async () => {
    const server = await openRedis(engine);
    const store = await openStore(server);
    await server.command('XADD', KEY, '*', 'a', 'b');
    await expect(store.takeTurn(ID, undefined)).rejects.toThrow('Redis');
  });
});

function flipLast(text: string): string {
  return text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.slice(-1);
}
