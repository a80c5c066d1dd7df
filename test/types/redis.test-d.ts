import type {
  IntrospectionCache,
  KeySetSnapshots,
  ReplayStore,
  RevocationSource,
} from '@scopegate/access-token';
import type { TokenStore } from '@scopegate/client';
import {
  createRedisStores,
  type RedisConnection,
  type RedisIntrospectionCache,
  type RedisKeySetSnapshots,
  type RedisReplay,
  type RedisStores,
  type RedisStoresOptions,
  type RedisTokenStore,
  type RevocationLog,
} from '@scopegate/redis';
import type { GlideClient, GlideClusterClient } from '@valkey/valkey-glide';
import type { Cluster as Ioredis6Cluster, Redis as Ioredis6 } from 'ioredis';
import type { Cluster as Ioredis5Cluster, Redis as Ioredis5 } from 'ioredis5';
import type { Cluster as ValkeyCluster, Redis as Valkey } from 'iovalkey';
import * as redis6 from 'redis';
import * as redis5 from 'redis5';
import { describe, expect, expectTypeOf, it } from 'vitest';

const options: RedisStoresOptions = { prefix: 'types' };
const rootNodes = [{ url: 'redis://127.0.0.1:1' }];
const sentinel = { name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] };

describe('RedisConnection', () => {
  it('accepts what redis 6 and 5 create, without a cast', () => {
    const connections: readonly RedisConnection[] = [
      redis6.createClient(),
      redis6.createClient({ RESP: 2 }),
      redis6.createClientPool(),
      redis6.createCluster({ rootNodes }),
      redis6.createSentinel(sentinel),
      redis5.createClient(),
      redis5.createClient({ RESP: 3 }),
      redis5.createClientPool(),
      redis5.createCluster({ rootNodes }),
      redis5.createSentinel(sentinel),
      redis6.createClient().withTypeMapping({ [redis6.RESP_TYPES.BLOB_STRING]: Buffer }),
    ];
    for (const connection of connections) {
      expect(() => createRedisStores(connection, options)).not.toThrow();
    }
  });

  it('accepts the classes of ioredis 6 and 5, iovalkey and glide', () => {
    expectTypeOf<Ioredis6>().toExtend<RedisConnection>();
    expectTypeOf<Ioredis6Cluster>().toExtend<RedisConnection>();
    expectTypeOf<Ioredis5>().toExtend<RedisConnection>();
    expectTypeOf<Ioredis5Cluster>().toExtend<RedisConnection>();
    expectTypeOf<Valkey>().toExtend<RedisConnection>();
    expectTypeOf<ValkeyCluster>().toExtend<RedisConnection>();
    expectTypeOf<GlideClient>().toExtend<RedisConnection>();
    expectTypeOf<GlideClusterClient>().toExtend<RedisConnection>();
  });

  it('accepts a function, with and without isReady', () => {
    const send = (args: readonly string[], route: { readonly key: string }): Promise<unknown> =>
      Promise.resolve([args, route]);
    createRedisStores({ send }, options);
    createRedisStores({ send, isReady: () => true }, options);
    createRedisStores({ state: { send }, cache: { send } }, options);
    expect(() => createRedisStores({ state: { send }, cache: { send } }, options)).not.toThrow();
  });

  it.each([
    // @ts-expect-error -- a URL is not a client
    () => createRedisStores('redis://127.0.0.1', options),
    // @ts-expect-error -- a URL is not a client
    () => createRedisStores(new URL('redis://127.0.0.1'), options),
    // @ts-expect-error -- options are not a client
    () => createRedisStores({ host: '127.0.0.1', port: 6379 }, options),
    // @ts-expect-error -- a promise is not a client
    () => createRedisStores(Promise.resolve(redis6.createClient()), options),
    // @ts-expect-error -- both connections are required
    () => createRedisStores({ state: redis6.createClient() }, options),
    // @ts-expect-error -- the prefix is required
    () => createRedisStores(redis6.createClient(), {}),
  ])('cannot be anything else (%#)', (create) => {
    expect(create).toThrow(TypeError);
  });
});

describe('RedisStores', () => {
  it('fit the options of the resource server and of the client', () => {
    expectTypeOf<RedisReplay>().toExtend<ReplayStore>();
    expectTypeOf<RevocationLog>().toExtend<RevocationSource>();
    expectTypeOf<RedisIntrospectionCache>().toExtend<IntrospectionCache>();
    expectTypeOf<RedisKeySetSnapshots>().toExtend<KeySetSnapshots>();
    expectTypeOf<RedisTokenStore>().toExtend<TokenStore>();
  });

  it('have the shapes that those packages define', () => {
    expectTypeOf<IntrospectionCache>().toExtend<RedisIntrospectionCache>();
    expectTypeOf<KeySetSnapshots>().toExtend<RedisKeySetSnapshots>();
    expectTypeOf<TokenStore>().toExtend<RedisTokenStore>();
  });

  it('are five, with ready, health and close', () => {
    expectTypeOf<keyof RedisStores>().toEqualTypeOf<
      | 'replay'
      | 'revocations'
      | 'introspectionCache'
      | 'tokens'
      | 'keySetSnapshots'
      | 'ready'
      | 'health'
      | 'close'
    >();
  });
});
