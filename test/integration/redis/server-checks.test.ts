import {
  createRedisStores,
  type RedisStores,
  type RedisStoresOptions,
  StoreConfigurationError,
} from '@scopegate/redis';
import { createClient, RESP_TYPES } from 'redis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  connectClient,
  REDIS_CLIENTS,
  type RedisClientName,
  skipWithoutClient,
} from '../../support/redis-clients.js';
import { listenToStores } from '../../support/redis-nodes.js';
import { describeWithRedis, openRedis, type RedisServer } from '../../support/redis-server.js';

const ENCRYPTION_KEYS = [{ id: 'a', key: Buffer.alloc(32, 1) }];
// A slow machine must not miss the deadline.
const OPTIONS: RedisStoresOptions = { prefix: 'checks', timeoutMs: 5_000 };

interface Setup {
  readonly name?: RedisClientName;
  readonly user?: { readonly username: string; readonly password: string };
  readonly options?: Partial<RedisStoresOptions>;
}

async function openStores(
  server: Pick<RedisServer, 'port'>,
  { name = 'redis 6', user, options }: Setup = {},
): Promise<RedisStores> {
  const client = await connectClient(name, { port: server.port, ...user });
  const stores = createRedisStores(client.connection, { ...OPTIONS, ...options });
  onTestFinished(() => {
    stores.close();
    client.close();
  });
  return stores;
}

describeWithRedis('ready of the stores', (engine) => {
  for (const name of REDIS_CLIENTS) {
    it(`resolves through ${name}`, skipWithoutClient(name), async () => {
      const stores = await openStores(await openRedis(engine), { name });
      await expect(stores.ready()).resolves.toBeUndefined();
      expect(stores.health().state).toMatchObject({ circuit: 'closed', pending: 0 });
    });
  }

  it.each(['allkeys-lru', 'volatile-lru', 'volatile-ttl', 'allkeys-random'])(
    'rejects the policy %s, which evicts entries',
    async (policy) => {
      const config = ['maxmemory 100mb', `maxmemory-policy ${policy}`];
      const stores = await openStores(await openRedis(engine, config));
      await expect(stores.ready()).rejects.toMatchObject({
        name: 'StoreConfigurationError',
        problem: 'eviction',
      });
    },
  );

  it.each([
    ['noeviction', ['maxmemory 100mb', 'maxmemory-policy noeviction']],
    ['a policy without a limit', ['maxmemory-policy allkeys-lru']],
  ])('accepts %s', async (_what, config) => {
    const stores = await openStores(await openRedis(engine, config));
    await expect(stores.ready()).resolves.toBeUndefined();
  });

  it('accepts eviction with dangerouslyAllowEviction, and publishes it with each poll', async () => {
    const config = ['maxmemory 100mb', 'maxmemory-policy allkeys-lru'];
    const stores = await openStores(await openRedis(engine, config), {
      options: { dangerouslyAllowEviction: true, revocations: { pollMs: 50 } },
    });
    const events = listenToStores();
    await expect(stores.ready()).resolves.toBeUndefined();
    expect(stores.replay).toBeDefined();
    const unsafe = { event: 'unsafe-eviction', evicted: 0 };
    await vi.waitFor(
      () => {
        expect(events.slice(0, 2)).toStrictEqual([unsafe, unsafe]);
      },
      { timeout: 10_000 },
    );
  });

  it('does not require noeviction of the connection of the caches', async () => {
    const [state, cache] = await Promise.all([
      openRedis(engine),
      openRedis(engine, ['maxmemory 100mb', 'maxmemory-policy allkeys-lru']),
    ]);
    const [first, second] = await Promise.all(
      [state, cache].map(({ port }) => connectClient('redis 6', { port })),
    );
    if (first === undefined || second === undefined) expect.fail('both are connected');
    const connections = { state: first.connection, cache: second.connection };
    const stores = createRedisStores(connections, OPTIONS);
    onTestFinished(() => {
      stores.close();
      first.close();
      second.close();
    });
    await expect(stores.ready()).resolves.toBeUndefined();
    const swapped = { state: second.connection, cache: first.connection };
    const unsafe = createRedisStores(swapped, OPTIONS);
    onTestFinished(() => {
      unsafe.close();
    });
    await expect(unsafe.ready()).rejects.toThrow(StoreConfigurationError);
  });

  it.each([
    ['INFO', '~* +@all -info'],
    ['scripts', '~* +@all -eval -evalsha'],
    ['the prefix', '~other:* +@all'],
  ])('rejects a user without permission for %s', async (_what, rules) => {
    const server = await openRedis(engine);
    await server.command('ACL', 'SETUSER', 'app', 'on', '>secret', ...rules.split(' '));
    const user = { username: 'app', password: 'secret' };
    const stores = await openStores(server, { user });
    await expect(stores.ready()).rejects.toMatchObject({ problem: 'permissions' });
  });

  it('names the commands that the user is not permitted to use', async () => {
    const server = await openRedis(engine);
    await server.command('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '+@all', '-set', '-xadd');
    const user = { username: 'app', password: 'secret' };
    await expect((await openStores(server, { user })).ready()).rejects.toMatchObject({
      problem: 'permissions',
      cause: { message: 'the user is not permitted to use SET, XADD' },
    });
  });

  it('names the option without a key with which a revocation is encrypted', async () => {
    const server = await openRedis(engine);
    const writer = await openStores(server, { options: { encryptionKeys: ENCRYPTION_KEYS } });
    const issuer = 'https://auth.example.com';
    await writer.revocations.withdraw({ issuer, tokenId: 'withdrawn' });
    const encryptionKeys = [{ id: 'b', key: Buffer.alloc(32, 2) }];
    const reader = await openStores(server, { options: { encryptionKeys } });
    expect(reader.revocations.version).toBe(0);
    await expect(reader.ready()).rejects.toMatchObject({
      failure: 'reply',
      cause: { message: expect.stringContaining('missing from "encryptionKeys"') as unknown },
    });
  });

  it('waits for a client that is connecting, and rejects when it does not', async () => {
    const server = await openRedis(engine);
    const client = createClient({ socket: { port: server.port, host: '127.0.0.1' } });
    const stores = createRedisStores(client, OPTIONS);
    onTestFinished(() => {
      stores.close();
      if (client.isOpen) client.destroy();
    });
    await expect(stores.ready()).rejects.toMatchObject({
      failure: 'connection',
      cause: { message: 'the client is not connected; its event "error" reports why' },
    });
    const ready = stores.ready();
    await client.connect();
    await expect(ready).resolves.toBeUndefined();
  });

  it('reads the replies of a client that returns octets', async () => {
    const server = await openRedis(engine);
    const client = createClient({ socket: { port: server.port, host: '127.0.0.1' } });
    await client.connect();
    const types = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.SIMPLE_STRING]: Buffer };
    const options = { ...OPTIONS, encryptionKeys: ENCRYPTION_KEYS };
    const stores = createRedisStores(client.withTypeMapping(types), options);
    onTestFinished(() => {
      stores.close();
      client.destroy();
    });
    await expect(stores.ready()).resolves.toBeUndefined();
    await expect(stores.replay.register('a'.repeat(43), 60_000)).resolves.toBe(true);
    await expect(stores.replay.register('a'.repeat(43), 60_000)).resolves.toBe(false);
    await expect(stores.revocations.ready()).resolves.toBeUndefined();
  });
});

describe('close of the stores', () => {
  it('rejects commands that wait for a reply, at once', async () => {
    const connection = { send: () => new Promise(() => undefined) };
    const stores = createRedisStores(connection, { ...OPTIONS });
    const outcome = stores.replay.register('a'.repeat(43), 1_000);
    stores.close();
    await expect(outcome).rejects.toMatchObject({ failure: 'closed' });
    await expect(stores.replay.register('b'.repeat(43), 1_000)).rejects.toMatchObject({
      failure: 'closed',
    });
    await expect(stores.ready()).rejects.toMatchObject({ failure: 'closed' });
  });
});
