import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  createRedisStores,
  type RedisStoresOptions,
  STORE_CHANNEL,
  type StoreEvent,
} from '@scopegate/redis';
import { expect, it, onTestFinished } from 'vitest';
import { openClient } from '../support/open-client.js';
import { type ClientTarget, REDIS_CLIENTS, skipWithoutClient } from '../support/redis-clients.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { useEveryStore } from './support/every-store.js';

const PREFIX = 'prod-eu:sales-api';
const OPTIONS: RedisStoresOptions = {
  prefix: PREFIX,
  encryptionKeys: [{ id: 'first', key: new Uint8Array(32).fill(7) }],
};
const PROOF = createHash('sha256').digest('base64url');

/** The commands that the stores need, on keys of one prefix. */
const RULE =
  `~${PREFIX}:* -@all +set +get +del +pttl +pexpire +eval +evalsha +xadd +xrange +xrevrange ` +
  '+ping +info +hello +client';

async function openStores(target: ClientTarget, options: Partial<RedisStoresOptions> = {}) {
  const { connection } = await openClient('redis 6', target);
  const stores = createRedisStores(connection, { ...OPTIONS, ...options });
  onTestFinished(() => {
    stores.close();
  });
  return stores;
}

/** Resolves with the next events of a name. */
function nextEvents(name: StoreEvent['event'], count: number): Promise<readonly StoreEvent[]> {
  const events: StoreEvent[] = [];
  return new Promise((resolve) => {
    const record = (message: unknown): void => {
      const event = message as StoreEvent; // the only messages of this channel
      if (event.event === name) events.push(event);
      if (events.length === count) resolve(events);
    };
    subscribe(STORE_CHANNEL, record);
    onTestFinished(() => {
      unsubscribe(STORE_CHANNEL, record);
    });
  });
}

describeWithRedis('a server that may evict', (engine) => {
  it.each(['allkeys-lru', 'volatile-ttl', 'volatile-lru'])(
    'is refused by ready() with %s',
    async (policy) => {
      const redis = await openRedis(engine, ['maxmemory 20mb', `maxmemory-policy ${policy}`]);
      const stores = await openStores(redis);
      await expect(stores.ready()).rejects.toMatchObject({
        code: 'ERR_STORE_CONFIGURATION',
        problem: 'eviction',
      });
    },
  );

  it.each([
    ['noeviction', ['maxmemory 20mb', 'maxmemory-policy noeviction']],
    ['no limit', ['maxmemory 0', 'maxmemory-policy allkeys-lru']],
  ])('is accepted by ready() with %s', async (_title, config) => {
    const stores = await openStores(await openRedis(engine, config));
    await expect(stores.ready()).resolves.toBeUndefined();
  });

  it('is reported with every poll where the application accepts it', async () => {
    const redis = await openRedis(engine, ['maxmemory 20mb', 'maxmemory-policy allkeys-lru']);
    const stores = await openStores(redis, {
      dangerouslyAllowEviction: true,
      revocations: { pollMs: 50 },
    });
    await stores.ready();
    expect(await stores.replay.register(PROOF, 60_000)).toBe(true);
    expect(await nextEvents('unsafe-eviction', 3)).toEqual(
      Array.from({ length: 3 }, () => ({ event: 'unsafe-eviction', evicted: 0 })),
    );
  });
});

describeWithRedis('an ACL user with the commands of the stores', (engine) => {
  for (const name of REDIS_CLIENTS) {
    it(`can use every store, with ${name}`, skipWithoutClient(name), async () => {
      const redis = await openRedis(engine, [`user fleet on >secret ${RULE}`]);
      const target = { port: redis.port, username: 'fleet', password: 'secret' };
      const { connection } = await openClient(name, target);
      const stores = createRedisStores(connection, OPTIONS);
      onTestFinished(() => {
        stores.close();
      });
      await stores.ready();
      await useEveryStore(stores);
    });
  }

  it('cannot use another prefix, nor read or remove all keys', async () => {
    const redis = await openRedis(engine, [`user fleet on >secret ${RULE}`]);
    const target = { port: redis.port, username: 'fleet', password: 'secret' };
    const foreign = await openStores(target, { prefix: 'prod-eu:other-api' });
    await expect(foreign.replay.register(PROOF, 60_000)).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      failure: 'refused',
    });
    const { send } = await openClient('redis 6', target);
    for (const command of [['KEYS', '*'], ['FLUSHALL'], ['CONFIG', 'GET', '*'], ['MONITOR']]) {
      await expect(send(...command)).rejects.toThrow(/NOPERM/);
    }
  });

  it.each('set get del pttl pexpire eval evalsha xadd xrange xrevrange info'.split(' '))(
    'is refused by ready() without the permission for %s',
    async (command) => {
      const rule = RULE.replace(` +${command} `, ' ');
      const redis = await openRedis(engine, [`user fleet on >secret ${rule}`]);
      const target = { port: redis.port, username: 'fleet', password: 'secret' };
      const stores = await openStores(target);
      await expect(stores.ready()).rejects.toMatchObject({ problem: 'permissions' });
    },
  );
});
