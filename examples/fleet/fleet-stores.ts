/**
 * The stores that all processes of the fleet share.
 *
 * @module
 */
import { createRedisStores, readEncryptionKey, type RedisStores } from '@scopegate/redis';
import { createClient } from 'redis';

/** How long a command may take, instead of 250 ms. */
export const STORE_TIMEOUT_MS = 1_000;

/** How a process reaches Redis. */
export interface FleetStoresOptions {
  /** The URL of the server: `redis://…`, or `rediss://…` with TLS. */
  readonly url: string;
  /** The key with which entries are sealed: 32 octets in base64, from a secret store. */
  readonly encryptionKey: string;
}

/** The stores, and the function that closes them. */
export interface FleetStores {
  readonly stores: RedisStores;
  close(): void;
}

/** Connects to Redis and creates the stores. They work by their rules before the connection is open. */
export function openFleetStores({ url, encryptionKey }: FleetStoresOptions): FleetStores {
  const redis = createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: 1_000,
    socket: {
      connectTimeout: 2_000,
      socketTimeout: 5_000,
      // Required with `socketTimeout`: by default, the client closes for good after a timeout.
      reconnectStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000) + Math.random() * 100,
    },
  });
  // The client requires a listener. The channel `scopegate:store` reports outages once.
  redis.on('error', () => undefined);
  redis.connect().catch(() => undefined);

  const stores = createRedisStores(redis, {
    prefix: 'demo:sales',
    encryptionKeys: [{ id: '2026-11', key: readEncryptionKey(encryptionKey) }],
    revocations: { maxLifetimeSeconds: 3_600 },
    // Here, ten processes share the cores of one machine with the server.
    timeoutMs: STORE_TIMEOUT_MS,
  });
  return {
    stores,
    close() {
      stores.close();
      redis.destroy();
    },
  };
}
