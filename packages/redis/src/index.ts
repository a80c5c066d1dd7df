/**
 * Shares the state of a fleet of resource servers and clients on Redis or Valkey.
 *
 * @module
 */
export type { ConnectionHealth } from './connection/command-runner.js';
export type {
  CommandRoute,
  CustomConnection,
  GlideConnection,
  IoredisConnection,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisSentinel,
  RedisConnection,
} from './connection/redis-connection.js';
export type {
  IntrospectionRecord,
  RedisIntrospectionCache,
} from './introspection/redis-introspection-cache.js';
export type { RedisStoresOptions, RevocationLogOptions } from './options.js';
export {
  createRedisStores,
  type RedisStores,
  type SeparateConnections,
  type StoresHealth,
} from './redis-stores.js';
export type { RedisReplay } from './replay/redis-replay.js';
export type { RevocationLog, RevocationLogHealth } from './revocation/revocation-log.js';
export { type EncryptionKey, readEncryptionKey } from './sealing/encryption-key.js';
export type { KeySetSnapshot, RedisKeySetSnapshots } from './snapshots/redis-key-set-snapshots.js';
export {
  StoreConfigurationError,
  type StoreConfigurationProblem,
} from './store-configuration-error.js';
export {
  STORE_CHANNEL,
  type ConnectionRole,
  type StoreEvent,
  type StoreName,
} from './store-events.js';
export { type StoreFailure, StoreUnavailableError } from './store-unavailable-error.js';
export type { RedisTokenLease } from './tokens/redis-token-lease.js';
export type { RedisTokenStore, RedisTokenTurn } from './tokens/redis-token-store.js';
export type { SharedToken } from './tokens/shared-token.js';
