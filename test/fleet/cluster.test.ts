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
import { scaleOnce } from './support/scale.js';

/** So many that each server has a third of them. */
const FEWEST_PROOFS = 1_000;
const KEY = { id: '2026-11', key: new Uint8Array(32).fill(7) };

async function openStores(name: ClusterClientName, cluster: RedisCluster): Promise<RedisStores> {
  const connection = await openClusterClient(name, cluster);
  const stores = createRedisStores(connection, {
    prefix: name.replace(' ', '-'),
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
  it('serves every store to each client', async () => {
    const cluster = await openCluster(engine);
    for (const name of CLUSTER_CLIENTS) {
      if (skipWithoutClient(name).skip === true) continue;
      const stores = await openStores(name, cluster);
      await stores.ready();
      await useEveryStore(stores);
    }
  });

  it.each(['redis 6', 'ioredis 6'] as const)(
    'spreads proofs, and accepts none twice while slots move, with %s',
    async (name) => {
      const cluster = await openCluster(engine);
      const [from, to] = cluster.servers;
      if (from === undefined || to === undefined) throw new Error('the cluster is empty');
      const { replay } = await openStores(name, cluster);
      const accepted: string[] = [];
      let [sent, failed] = [0, 0];
      let isMoving = true;
      const registerNew = async (): Promise<void> => {
        while (isMoving || sent < FEWEST_PROOFS) {
          const proof = proofOf(sent++);
          const first = await replay.register(proof, 600_000).catch(() => undefined);
          // None of them was registered before.
          expect(first).not.toBe(false);
          if (first === true) accepted.push(proof);
          else failed += 1;
        }
      };
      const load = Promise.all(Array.from({ length: 8 }, registerNew));
      const slots = scaleOnce({ full: 500, brief: 50 }, { engine, client: name });
      await cluster.moveSlots({ slots, from, to });
      isMoving = false;
      await load;
      const sizes = await Promise.all(cluster.servers.map((each) => each.command('DBSIZE')));
      for (const proof of accepted) expect(await replay.register(proof, 600_000)).toBe(false);
      const mean = accepted.length / sizes.length;
      for (const size of sizes) expect(Math.abs(Number(size) / mean - 1)).toBeLessThan(0.25);
      expect(failed).toBeLessThan(sent / 10);
      reportMeasured({
        proofs: String(sent),
        failed: String(failed),
        'keys per server': sizes.join(', '),
      });
    },
    60_000,
  );
});
