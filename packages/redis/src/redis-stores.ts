/**
 * The stores of a fleet: connects options, connections and stores.
 *
 * @module
 */
import { invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import { CACHE_COMMANDS, checkServer, STORE_COMMANDS } from './connection/check-server.js';
import { CommandRunner, type ConnectionHealth } from './connection/command-runner.js';
import { EvictionWatch } from './connection/eviction-watch.js';
import type { RedisConnection } from './connection/redis-connection.js';
import { resolveConnection } from './connection/resolve-connection.js';
import {
  createRedisIntrospectionCache,
  type RedisIntrospectionCache,
} from './introspection/redis-introspection-cache.js';
import {
  type RedisStoresOptions,
  type ResolvedStoresOptions,
  resolveStoresOptions,
} from './options.js';
import { createRedisReplay, type RedisReplay } from './replay/redis-replay.js';
import { createLogKeys } from './revocation/log-scripts.js';
import type { RevocationLog, RevocationLogHealth } from './revocation/revocation-log.js';
import { createRevocationWatch } from './revocation/revocation-watch.js';
import { SealedBox } from './sealing/sealed-box.js';
import {
  createRedisKeySetSnapshots,
  type RedisKeySetSnapshots,
} from './snapshots/redis-key-set-snapshots.js';
import type { ConnectionRole } from './store-events.js';
import type { SealedStoreParts } from './store-parts.js';
import { createRedisTokenStore, type RedisTokenStore } from './tokens/redis-token-store.js';

/** Two connections: what must never be evicted, and what may be. */
export interface SeparateConnections {
  /** For `replay` and `revocations`: a server with `maxmemory-policy noeviction`. */
  readonly state: RedisConnection;
  /** For the other stores. */
  readonly cache: RedisConnection;
}

/** The state of the stores in this process. Contains no key, id, token or claim. */
export interface StoresHealth {
  /** The connection of `replay` and `revocations`. */
  readonly state: ConnectionHealth;
  /** The connection of the other stores: the same, unless there are two. */
  readonly cache: ConnectionHealth;
  /** The revocation log; `undefined` while nothing uses it. */
  readonly revocations: RevocationLogHealth | undefined;
}

/** Stores that all processes of a fleet share. Frozen; only what is used costs anything. */
export interface RedisStores {
  /** Used proofs: `dpop: { replay: { store } }`. RFC 9449 §11.1. */
  readonly replay: RedisReplay;
  /** Revocations: `revocation`. */
  readonly revocations: RevocationLog;
  /** Responses about opaque tokens: `introspection: { cache }`. */
  readonly introspectionCache: RedisIntrospectionCache;
  /** Tokens of clients: `tokenStore` of `createTokenClient`. */
  readonly tokens: RedisTokenStore;
  /** Key sets of issuers: `keySet: { snapshots }`. */
  readonly keySetSnapshots: RedisKeySetSnapshots;
  /**
   * Resolves when the server can be used, and the revocations are loaded if `revocations` was read before. Waits
   * up to 2 s for a client that is connecting.
   *
   * @throws StoreUnavailableError (rejects) The server cannot be reached.
   * @throws StoreConfigurationError (rejects) It must not be used: it may evict, is too old, or refuses commands.
   */
  ready(): Promise<void>;
  /** Reports the state of the connections and of the revocation log. */
  health(): StoresHealth;
  /** Fails pending commands and ends polling. The connections stay open, because the application owns them. */
  close(): void;
}

/**
 * Creates stores on Redis (7.0 or later) or Valkey (7.2 or later).
 *
 * @param connections - A client that the application connects and closes, or two.
 * @throws TypeError An option is missing, unknown or out of range, or a connection is not a client.
 * @example
 * const stores = createRedisStores(createClient({ url }), { prefix: 'prod:sales', encryptionKeys });
 */
export function createRedisStores(
  connections: RedisConnection | SeparateConnections,
  options: RedisStoresOptions,
): RedisStores {
  const resolved = resolveStoresOptions(options);
  const { state, cache } = createRunners(connections, resolved);
  const { prefix, clock, sealingKeys, allowEviction, timeoutMs } = resolved;
  const [first, ...others] = sealingKeys;
  const box = first && new SealedBox([first, ...others]);
  const open = { prefix, runner: state, clock };
  const watch = createRevocationWatch({ ...open, box, timeoutMs, options: resolved.revocations });
  const caches = createCaches(once(() => ({ prefix, runner: cache, clock, box: required(box) })));
  const replay = once(() => createRedisReplay({ ...open, watch }));
  const { log: key } = createLogKeys(prefix);
  const eviction = new EvictionWatch({ runner: state, key, pollMs: resolved.revocations.pollMs });
  const start = (): void => {
    watch.start();
    if (allowEviction) eviction.start();
  };
  let usesLog = false;
  return Object.freeze({
    get replay() {
      start();
      return replay();
    },
    get revocations() {
      required(box);
      usesLog = true;
      start();
      return watch.log;
    },
    get introspectionCache() {
      return caches.introspectionCache();
    },
    get tokens() {
      return caches.tokens();
    },
    get keySetSnapshots() {
      return caches.keySetSnapshots();
    },
    async ready() {
      await checkServer(state, { key, commands: STORE_COMMANDS, allowEviction });
      if (cache !== state) {
        await checkServer(cache, { key, commands: CACHE_COMMANDS, allowEviction: true });
      }
      if (usesLog) await watch.log.ready();
    },
    health: () => ({
      state: state.health(),
      cache: cache.health(),
      revocations: usesLog ? watch.log.health() : undefined,
    }),
    close() {
      eviction.close();
      watch.close();
      state.close();
      cache.close();
    },
  });
}

interface Caches {
  readonly introspectionCache: () => RedisIntrospectionCache;
  readonly tokens: () => RedisTokenStore;
  readonly keySetSnapshots: () => RedisKeySetSnapshots;
}

/** @param parts - Throws a TypeError without encryption keys. */
function createCaches(parts: () => SealedStoreParts): Caches {
  return {
    introspectionCache: once(() => createRedisIntrospectionCache(parts())),
    tokens: once(() => createRedisTokenStore(parts())),
    keySetSnapshots: once(() => createRedisKeySetSnapshots(parts())),
  };
}

interface Runners {
  readonly state: CommandRunner;
  /** The same, unless there are two connections. */
  readonly cache: CommandRunner;
}

function createRunners(connections: unknown, { timeoutMs, clock }: ResolvedStoresOptions): Runners {
  const create = (role: ConnectionRole, given: unknown, name: string): CommandRunner =>
    new CommandRunner({ role, sender: resolveConnection(given, name), timeoutMs, clock });
  const separate = findSeparate(connections);
  const state = create(
    'state',
    separate?.state ?? connections,
    separate ? 'connections.state' : 'connections',
  );
  return { state, cache: separate ? create('cache', separate.cache, 'connections.cache') : state };
}

/** @throws TypeError */
function required(box: SealedBox | undefined): SealedBox {
  if (box !== undefined) return box;
  throw invalidOption(
    'encryptionKeys',
    'is required by every store but "replay"; pass [{ id, key: readEncryptionKey(text) }]',
  );
}

/** Creates a value when it is needed for the first time. */
function once<Value extends object>(create: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= create());
}

function findSeparate(
  connections: unknown,
): { readonly state: unknown; readonly cache: unknown } | undefined {
  if (!isPlainObject(connections) || !('state' in connections || 'cache' in connections)) {
    return undefined;
  }
  const { state, cache } = connections;
  if (state !== undefined && cache !== undefined) return { state, cache };
  throw invalidOption('connections', 'must be a client, or { state, cache } with two of them');
}
