/**
 * Guards that require a DPoP proof and register it in Redis: by the store, with several clients, and by the
 * shortest command that a store could send.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { createRedisStores } from '../../../packages/redis/dist/index.js';
import { createResourceServer } from '../scopegate.mjs';
import { STORY } from '../settings.mjs';
import { ownOptions } from './dpop.mjs';

/** The names of the guards. */
export const IN_MEMORY = 'used proofs in memory';
export const NODE_REDIS = 'node-redis';
export const SHORTEST = 'one SET by node-redis, without deadline';
export const DEFAULT_DEADLINE = 'node-redis, default deadline';

/** Where a slow machine must not add refusals to the costs. */
export const PATIENT_MS = 5_000;

/** Express middleware by name. `redisUrl` is the server. */
export const FLEET_GUARDS = {
  [IN_MEMORY]: (given) => createGuard(given),
  [NODE_REDIS]: async (given) =>
    createGuard(given, createStore(await openNodeRedis(given.redisUrl))),
  ioredis: async (given) => createGuard(given, createStore(await openIoredis(given.redisUrl))),
  'ioredis, auto-pipelining': async (given) => {
    const client = await openIoredis(given.redisUrl, { enableAutoPipelining: true });
    return createGuard(given, createStore(client));
  },
  [SHORTEST]: async (given) =>
    createGuard(given, createShortest(await openNodeRedis(given.redisUrl))),
};

/** The guard that is measured while the server hangs. */
export const HANGING_GUARDS = {
  [DEFAULT_DEADLINE]: async ({ redisUrl, ...given }) => {
    const client = await openNodeRedis(redisUrl);
    const { replay } = createRedisStores(client, { prefix: randomUUID() });
    return createGuard(given, replay, 250);
  },
};

function createGuard(given, store, timeoutMs = PATIENT_MS) {
  const { dpop, ...options } = ownOptions(given);
  const replay = store === undefined ? {} : { replay: { store, timeoutMs } };
  const api = createResourceServer({ ...options, dpop: { ...dpop, ...replay } });
  return [api.require({ scope: STORY.scope, senderConstraint: 'dpop' })];
}

/** Each server has its own prefix, because all of them get the same proofs. */
function createStore(client) {
  return createRedisStores(client, { prefix: randomUUID(), timeoutMs: PATIENT_MS }).replay;
}

function createShortest(client) {
  const prefix = randomUUID();
  return {
    register: async (proof, windowMs) =>
      (await client.set(`${prefix}:${proof}`, '1', { PX: windowMs, NX: true })) === 'OK',
  };
}

/** Opens a client of the package `redis`. */
export async function openNodeRedis(url) {
  const client = createClient({ url, disableOfflineQueue: true });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function openIoredis(url, options) {
  const client = new Redis(url, { enableOfflineQueue: false, ...options });
  client.on('error', () => {});
  await once(client, 'ready');
  return client;
}
