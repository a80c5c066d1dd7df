/**
 * Processes of a fleet, as far as one process of a test can contain several: each has its own
 * connection and stores.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  createRedisStores,
  type RedisStores,
  type RedisStoresOptions,
  STORE_CHANNEL,
  type StoreEvent,
} from '@scopegate/redis';
import type { RevocationSubject } from '@scopegate/protocol';
import { onTestFinished, vi } from 'vitest';
import { listenTo } from './listen-to.js';
import { openClient } from './open-client.js';
import type { ClientTarget, RedisClient, RedisClientName } from './redis-clients.js';

/** A process of a fleet. */
export interface RedisNode {
  readonly stores: RedisStores;
  readonly client: RedisClient;
}

/** The keys of the fleets of one test run. */
export const FLEET_KEYS = [{ id: 'k1', key: randomBytes(32) }] as const;

/** The prefix of the fleets, unless a test has several. */
export const FLEET_PREFIX = 'test:fleet';

/** Options of {@link openNode}. */
export interface RedisNodeOptions extends Partial<RedisStoresOptions> {
  /** @defaultValue `redis 6` */
  readonly client?: RedisClientName;
}

/** Connects a process to a server; both are closed after the running test. */
export async function openNode(
  target: ClientTarget,
  { client: name = 'redis 6', ...options }: RedisNodeOptions = {},
): Promise<RedisNode> {
  const client = await openClient(name, target);
  const stores = createRedisStores(client.connection, {
    prefix: FLEET_PREFIX,
    encryptionKeys: FLEET_KEYS,
    // Machines that run tests are slow.
    timeoutMs: 2_000,
    ...options,
  });
  onTestFinished(() => {
    stores.close();
  });
  return { stores, client };
}

/** Connects several processes. */
export async function openNodes(
  count: number,
  target: ClientTarget,
  options: RedisNodeOptions = {},
): Promise<readonly RedisNode[]> {
  return await Promise.all(Array.from({ length: count }, () => openNode(target, options)));
}

/** Subscribes to the events on `scopegate:store` until the running test is over. */
export function listenToStores(): readonly StoreEvent[] {
  return listenTo(STORE_CHANNEL) as readonly StoreEvent[]; // the channel has no other messages
}

/** Waits until an assertion holds, for at most 10 s. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(assertion, { timeout: 10_000, interval: 10 });
}

/** A token of one issuer, with the id, session, subject and client that are given. */
export function tokenOf(members: Partial<RevocationSubject>): RevocationSubject {
  const issuedAt = Math.floor(Date.now() / 1000);
  return {
    issuer: 'https://auth.example.com',
    tokenId: undefined,
    subject: undefined,
    clientId: undefined,
    sessionId: undefined,
    issuedAt,
    expiresAt: issuedAt + 3_600,
    ...members,
  };
}
