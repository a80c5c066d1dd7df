/**
 * The public names of `@scopegate/redis`.
 *
 * @module
 */

/** Sorted as `Array.prototype.sort` sorts. */
export const REDIS_NAMES: readonly string[] = [
  'CachedResponse',
  'CommandRoute',
  'ConnectionHealth',
  'ConnectionRole',
  'CustomConnection',
  'EncryptionKey',
  'GlideConnection',
  'IoredisConnection',
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
  'StoreConfigurationError',
  'StoreConfigurationProblem',
  'StoreEvent',
  'StoreFailure',
  'StoreName',
  'StoreUnavailableError',
  'StoredKeySet',
  'StoredToken',
  'StoresHealth',
  'createRedisStores',
  'readEncryptionKey',
];
