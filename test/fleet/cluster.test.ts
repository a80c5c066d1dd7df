import { createHash } from 'node:crypto';
import { createRedisStores, type RedisStores } from '@scopegate/redis';
import { expect, it, onTestFinished } from 'vitest';
import { skipWithoutClient } from '../support/redis-clients.js';
import {
  CLUSTER_CLIENTS,
  type ClusterClientName,
  openCluster,
  openClusterClient,
  type RedisCluster,
} from '../support/redis-cluster.js';
import { describeWithRedis } from '../support/redis-server.js';
import { useEveryStore } from './support/every-store.js';
import { reportMeasured } from './support/measurements.js';
import { scale } from './support/scale.js';

const KEY = { id: '2026-11', key: new Uint8Array(32).fill(7) };

async function openStores(name: ClusterClientName, cluster: RedisCluster): Promise<RedisStores> {
  const connection = await openClusterClient(name, cluster);
  const stores = createRedisStores(connection, {
    prefix: 'test',
    encryptionKeys: [KEY],
    // The client may have to find out first where a slot is.
    timeoutMs: 2_000,
  });
  onTestFinished(() => {
    stores.close();
  });
  return stores;
}

function proofOf(index: number): string {
  return createHash('sha256').update(String(index)).digest('base64url');
}

describeWithRedis('a cluster of three servers', (engine) => {
  for (const name of CLUSTER_CLIENTS) {
    it(`serves every store, with ${name}`, skipWithoutClient(name), async () => {
      const cluster = await openCluster(engine);
      const stores = await openStores(name, cluster);
      await stores.ready();
      await useEveryStore(stores);
    });
  }

  it.each(['redis 6', 'ioredis 6'] as const)(
    'spreads proofs, and accepts none twice while slots move, with %s',
    async (name) => {
      const cluster = await openCluster(engine);
      const [from, to] = cluster.servers;
      if (from === undefined || to === undefined) throw new Error('the cluster is empty');
      const { replay } = await openStores(name, cluster);
      const count = scale({ full: 6_000, brief: 1_500 });
      const accepted: string[] = [];
      let failed = 0;
      const registerAll = async (start: number): Promise<void> => {
        for (let index = start; index < count; index += 8) {
          const proof = proofOf(index);
          const first = await replay.register(proof, 600_000).catch(() => undefined);
          if (first === undefined) failed += 1;
          // None of them was registered before.
          else expect(first).toBe(true);
          if (first === true) accepted.push(proof);
        }
      };
      const load = Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(registerAll));
      const slots = scale({ full: 200, brief: 40 });
      for (let slot = 0; slot < slots; slot += 1) await cluster.moveSlot(slot, from, to);
      await load;
      const sizes = await Promise.all(cluster.servers.map((each) => each.command('DBSIZE')));
      for (const proof of accepted) expect(await replay.register(proof, 600_000)).toBe(false);
      const mean = accepted.length / sizes.length;
      for (const size of sizes) expect(Math.abs(Number(size) / mean - 1)).toBeLessThan(0.15);
      expect(accepted.length).toBeGreaterThan(count * 0.9);
      reportMeasured({ failed: String(failed), 'keys per server': sizes.join(', ') });
    },
    60_000,
  );
});
