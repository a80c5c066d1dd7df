import type { CustomConnection } from '@scopegate/redis';
import { createRedisStores, type RedisStores } from '@scopegate/redis';
import { expect, it, onTestFinished } from 'vitest';
import { openClient } from '../support/open-client.js';
import type { RedisClient, RedisClientName } from '../support/redis-clients.js';
import { FLEET_KEYS, FLEET_PREFIX, listenToStores, openNode } from '../support/redis-nodes.js';
import { describeWithRedis, openRedis, type RedisServer } from '../support/redis-server.js';
import { whenReplicated } from '../support/replication.js';
import { openProxy } from '../support/tcp-proxy.js';
import { proofIdOf } from './support/fleet-api.js';
import { repeatUntil } from './support/load.js';
import { reportMeasured } from './support/measurements.js';
import { scale } from './support/scale.js';

const issuer = 'https://auth.example.com';
const NODES = scale({ full: 20, brief: 6 });
const PROOFS = 100;
const REVOCATIONS = 38;
const LAG_MS = 1_000;
/** The target is 3 s; a slow machine must not fail a test. */
const SOON_MS = 10_000;

/** A connection that follows the primary, as that of a managed service does. */
class FollowingConnection implements CustomConnection {
  client: RedisClient;

  constructor(client: RedisClient) {
    this.client = client;
  }

  send(args: readonly string[]): Promise<unknown> {
    return this.client.send(...args);
  }
}

interface FollowingNode {
  readonly stores: RedisStores;
  readonly connection: FollowingConnection;
}

async function openFollowing(name: RedisClientName, primary: RedisServer): Promise<FollowingNode> {
  const connection = new FollowingConnection(await openClient(name, primary));
  const stores = createRedisStores(connection, {
    prefix: FLEET_PREFIX,
    encryptionKeys: FLEET_KEYS,
    timeoutMs: 1_000,
    revocations: { pollMs: 250 },
  });
  onTestFinished(() => {
    stores.close();
  });
  await stores.revocations.ready();
  return { stores, connection };
}

describeWithRedis('a failover to a replica that lags', (engine) => {
  it.each(['redis 6', 'ioredis 6'] as const)(
    'loses no revocation, and no process accepts a used proof after it has noticed: %s',
    async (name) => {
      const primary = await openRedis(engine, ['repl-diskless-sync-delay 0']);
      const link = await openProxy(primary.port);
      const replica = await openRedis(engine, [`replicaof 127.0.0.1 ${link.port}`]);
      const events = listenToStores();
      const nodes = await Promise.all(
        Array.from({ length: NODES }, () => openFollowing(name, primary)),
      );
      const next = await Promise.all(nodes.map(() => openClient(name, replica)));
      const withdraw = async (index: number): Promise<void> => {
        const node = nodes[index % NODES];
        await node?.stores.revocations.withdraw({ issuer, tokenId: `token-${index}` });
      };
      for (let index = 0; index < REVOCATIONS / 2; index += 1) await withdraw(index);
      await whenReplicated(primary, replica);

      // From here on, nothing is replicated.
      link.set({ blackHole: true });
      const lagsSince = Date.now();
      for (let index = REVOCATIONS / 2; index < REVOCATIONS; index += 1) await withdraw(index);
      const proofs = Array.from({ length: PROOFS }, (_, index) => proofIdOf(index));
      const first = await Promise.all(
        proofs.map(async (proof, index) => {
          const { replay } = nodes[index % NODES]?.stores ?? {};
          return await replay?.register(proof, 60_000);
        }),
      );
      expect(new Set(first)).toEqual(new Set([true]));
      await repeatUntil(
        () => Promise.resolve(Date.now() - lagsSince),
        (lagMs) => lagMs > LAG_MS,
      );
      const usedUntil = Date.now();
      await primary.kill();
      await replica.command('REPLICAOF', 'NO', 'ONE');
      const promotedAt = Date.now();
      for (const [index, { connection }] of nodes.entries()) {
        connection.client = next[index] ?? connection.client;
      }

      const noticed: number[] = [];
      await repeatUntil(
        () => {
          const isNoticed = nodes.map(({ stores }) => (stores.replay.notBefore ?? 0) >= usedUntil);
          for (const each of isNoticed.filter(Boolean).slice(noticed.length)) {
            if (each) noticed.push(Date.now() - promotedAt);
          }
          return Promise.resolve(noticed.length);
        },
        (count) => count === NODES,
      );
      expect(Math.max(...noticed)).toBeLessThan(SOON_MS);

      const late = await openNode(replica);
      const log = late.stores.revocations;
      await repeatUntil(
        () => Promise.resolve(log.health().entries),
        (entries) => entries === REVOCATIONS,
      );
      const healedMs = Date.now() - promotedAt;
      expect(healedMs).toBeLessThan(SOON_MS);

      // The server may accept them again, but `notBefore` is later than their first use.
      let accepted = 0;
      for (const [index, proof] of proofs.entries()) {
        const { replay } = nodes[(index + 1) % NODES]?.stores ?? late.stores;
        if (!(await replay.register(proof, 60_000))) continue;
        accepted += 1;
        expect(replay.notBefore).toBeGreaterThanOrEqual(usedUntil);
      }
      // Both were lost for certain.
      expect(accepted).toBe(PROOFS);
      const healed = events.flatMap((each) => (each.event === 'healed' ? [each.entries] : []));
      expect(healed.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(REVOCATIONS / 2);
      reportMeasured({
        processes: String(NODES),
        'noticed after, first and last': `${Math.min(...noticed)} and ${Math.max(...noticed)} ms`,
        'revocations again complete after': `${healedMs} ms`,
        'written again': healed.join(' + '),
        'proofs that the server had lost': String(accepted),
      });
    },
    60_000,
  );
});
