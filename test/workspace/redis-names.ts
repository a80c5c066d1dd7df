/**
 * The public names of `@scopegate/redis`.
 *
 * @module
 */

/** Sorted as `Array.prototype.sort` sorts. */
export const REDIS_NAMES: readonly string[] = [
  'CommandRoute',
  'ConnectionHealth',
  'ConnectionRole',
  'CustomConnection',
  'EncryptionKey',
  'GlideConnection',
  'IntrospectionRecord',
  'IoredisConnection',
  'KeySetSnapshot',
  'NodeRedisClient',
  'NodeRedisCluster',
  'NodeRedisSentinel',
  'RedisConnection',
  'RedisIntrospectionCache',
  'RedisKeySetSnapshots',
  'RedisReplay',
  'RedisStores',
  'RedisStoresOptions',
  'RedisTokenLease',
  'RedisTokenStore',
  'RedisTokenTurn',
  'RevocationLog',
  'RevocationLogHealth',
  'RevocationLogOptions',
  'STORE_CHANNEL',
  'SeparateConnections',
  'SharedToken',
  'StoreConfigurationError',
  'StoreConfigurationProblem',
  'StoreEvent',
  'StoreFailure',
  'StoreName',
  'StoreUnavailableError',
  'StoresHealth',
  'createRedisStores',
  'readEncryptionKey',
];
