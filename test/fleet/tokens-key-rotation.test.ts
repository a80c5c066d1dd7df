import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REDIS_ENGINES } from '../support/redis-engines.js';
import { describeWithRedis, openRedis, type RedisServer } from '../support/redis-server.js';
import { scale } from './support/scale.js';
import { type FleetTokenEndpoint, openTokenEndpoint } from './support/token-endpoint.js';
import { type EncryptionKeyText, TokenFleet } from './support/token-fleet.js';

const PROCESSES = scale({ full: 8, brief: 4 });
const OLD: EncryptionKeyText = ['old', randomBytes(32).toString('base64')];
const NEW: EncryptionKeyText = ['new', randomBytes(32).toString('base64')];

let fleet: TokenFleet;

beforeAll(async () => {
  if (REDIS_ENGINES.length > 0) fleet = await TokenFleet.launch(PROCESSES);
}, 120_000);

afterAll(async () => {
  if (REDIS_ENGINES.length > 0) await fleet.close();
});

interface Scene {
  readonly redis: RedisServer;
  readonly endpoint: FleetTokenEndpoint;
  /** Starts the clients of some processes with these keys. */
  readonly deploy: (
    keys: readonly EncryptionKeyText[],
    indexes?: readonly number[],
  ) => Promise<void>;
  /** Renews in all processes. @returns The tokens that they have then. */
  readonly renew: () => Promise<ReadonlySet<string>>;
}

async function openScene(engine: RedisServer['engine']): Promise<Scene> {
  const [redis, endpoint] = await Promise.all([openRedis(engine), openTokenEndpoint()]);
  return {
    redis,
    endpoint,
    deploy: (keys, indexes) => fleet.open({ redis, endpoint, client: 'redis 6', keys }, indexes),
    async renew() {
      const before = await fleet.get();
      await fleet.advance();
      const tokens = await fleet.get(before.map(({ value }) => value));
      return new Set(tokens.map(({ value }) => value));
    },
  };
}

const half = (): readonly number[] => fleet.list().slice(PROCESSES / 2);

describeWithRedis('encryption keys that are replaced while clients share tokens', (engine) => {
  it('cost no token request in three deploys, each of one half after the other', async () => {
    const { endpoint, deploy, renew } = await openScene(engine);
    await deploy([OLD]);
    await fleet.get();
    let requests = 1;
    for (const keys of [[OLD, NEW], [NEW, OLD], [NEW]]) {
      for (const indexes of [half(), fleet.list()]) {
        await deploy(keys, indexes);
        // New processes adopt the token that the others have.
        await fleet.get();
        expect(endpoint.requests).toHaveLength(requests);
        expect((await renew()).size).toBe(1);
        requests += 1;
        expect(endpoint.requests).toHaveLength(requests);
        expect(await fleet.count('unreadable')).toEqual({ failed: 0, events: 0 });
        expect(await fleet.count('tampered')).toEqual({ failed: 0, events: 0 });
      }
    }
  });

  it('cost one more request when processes lack the key of each other', async () => {
    const { endpoint, deploy, renew } = await openScene(engine);
    await deploy([OLD]);
    await fleet.get();
    expect(endpoint.requests).toHaveLength(1);
    await deploy([NEW], half());
    await fleet.get();
    expect(endpoint.requests).toHaveLength(2);
    expect((await fleet.count('unreadable')).events).toBeGreaterThan(0);
    await renew();
    const { failed } = await fleet.count('unreadable');
    expect(failed).toBe(0);
    expect((await fleet.count('tampered')).events).toBe(0);
  });

  it('leave nothing in Redis that is not sealed', async () => {
    const { redis, deploy } = await openScene(engine);
    for (const keys of [[OLD], [NEW, OLD]]) {
      await deploy(keys);
      await fleet.get();
      const [key = '', ...others] = (await redis.command('KEYS', '*')) as string[];
      expect(others).toEqual([]);
      expect(key).toMatch(/^test:\{[A-Za-z0-9_-]{22}\}$/);
      expect(await redis.command('GET', key)).toMatch(/^[\w-]{11}\.1\.(?:old|new)\.[\w-]+$/);
    }
  });
});
