/**
 * Clients of Redis and Valkey for one test.
 *
 * @module
 */
import { onTestFinished } from 'vitest';
import {
  type ClientTarget,
  connectClient,
  type RedisClient,
  type RedisClientName,
} from './redis-clients.js';

/** Connects a client, and closes it after the running test. */
export async function openClient(
  name: RedisClientName,
  target: ClientTarget,
): Promise<RedisClient> {
  const client = await connectClient(name, target);
  onTestFinished(() => {
    client.close();
  });
  return client;
}
