import { createRedisStores } from '@scopegate/redis';
import { expect, it } from 'vitest';
import { openClient } from '../support/open-client.js';
import { REDIS_CLIENTS, skipWithoutClient } from '../support/redis-clients.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { startFleet } from './support/fleet.js';
import { reportMeasured } from './support/measurements.js';
import type { IdleWorker } from './workers/idle-worker.js';

const OPTIONS = {
  prefix: 'test',
  encryptionKeys: [{ id: 'first', key: new Uint8Array(32).fill(7) }],
} as const;

describeWithRedis('close()', (engine) => {
  for (const name of REDIS_CLIENTS) {
    it(`settles commands that are pending, with ${name}`, skipWithoutClient(name), async () => {
      const redis = await openRedis(engine);
      const { connection } = await openClient(name, redis);
      const stores = createRedisStores(connection, { ...OPTIONS, timeoutMs: 5_000 });
      await stores.revocations.ready();
      redis.freeze();
      const digest = 'd'.repeat(43);
      const issuer = 'https://auth.example.com';
      const pending = [
        stores.replay.register('p'.repeat(43), 60_000),
        stores.revocations.withdraw({ issuer, tokenId: 'id' }),
        stores.introspectionCache.read(digest),
        stores.keySetSnapshots.read(issuer),
        stores.tokens.takeTurn(digest, undefined),
      ];
      const start = performance.now();
      stores.close();
      const outcomes = await Promise.allSettled(pending);
      const durationMs = performance.now() - start;
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { failure: 'closed' } });
      }
      // Far from the deadline of 5 s.
      expect(durationMs).toBeLessThan(2_000);
      await expect(stores.replay.register('q'.repeat(43), 60_000)).rejects.toMatchObject({
        failure: 'closed',
      });
      reportMeasured({ settled: `${durationMs.toFixed(1)} ms` });
    });
  }
});

describeWithRedis('a process whose stores are idle', (engine) => {
  it.each([
    ['when it closes the client, without closing the stores', 'running', 'closeClient'],
    ['when the server hangs', 'frozen', 'closeClient'],
    ['when it closes the stores and the client', 'running', 'closeAll'],
  ] as const)('ends by itself %s', async (_when, server, method) => {
    const redis = await openRedis(engine);
    const [idle] = await startFleet<IdleWorker>('idle-worker', {
      processes: 1,
      setup: () => ({ port: redis.port }),
    });
    if (server === 'frozen') redis.freeze();
    await idle?.call(method);
    expect(await idle?.release()).toBe(0);
  });
});
