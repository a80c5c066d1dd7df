/**
 * Stores of one process of a fleet, for one test.
 *
 * @module
 */
import { createRedisStores, type RedisStores, type RedisStoresOptions } from '@scopegate/redis';
import { onTestFinished } from 'vitest';
import { openClient } from '../../support/open-client.js';
import type { ClientTarget, RedisClientName } from '../../support/redis-clients.js';

/** 32 octets, for `encryptionKeys`; each number is another key. */
export function createFleetKey(number: number): { readonly id: string; readonly key: Uint8Array } {
  return { id: `k${number}`, key: new Uint8Array(32).fill(number) };
}

/** Creates stores with sealed entries, which are closed after the running test. */
export async function openStores(
  name: RedisClientName,
  target: ClientTarget,
  options: Partial<RedisStoresOptions> = {},
): Promise<RedisStores> {
  const client = await openClient(name, target);
  const encryptionKeys = [createFleetKey(1)];
  const stores = createRedisStores(client.connection, {
    prefix: 'test',
    encryptionKeys,
    ...options,
  });
  onTestFinished(() => {
    stores.close();
  });
  return stores;
}
