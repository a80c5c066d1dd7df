import { createRedisStores } from '@scopegate/redis';
import { expect, it, onTestFinished } from 'vitest';
import { openClient } from '../support/open-client.js';
import { FLEET_KEYS, FLEET_PREFIX, listenToStores } from '../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { whenReplicated } from '../support/replication.js';
import { openProxy } from '../support/tcp-proxy.js';
import { proofIdOf } from './support/fleet-api.js';

describeWithRedis('a failover that loses proofs, and no poll', (engine) => {
  it('is noticed before a process that has accepted one of them accepts another', async () => {
    const primary = await openRedis(engine, ['repl-diskless-sync-delay 0']);
    const link = await openProxy(primary.port);
    const replica = await openRedis(engine, [`replicaof 127.0.0.1 ${link.port}`]);
    const events = listenToStores();
    const promoted = await openClient('redis 6', replica);
    let client = await openClient('redis 6', primary);
    const stores = createRedisStores(
      { send: (args) => client.send(...args) },
      // No other poll is made during the test.
      {
        prefix: FLEET_PREFIX,
        encryptionKeys: FLEET_KEYS,
        timeoutMs: 2_000,
        revocations: { pollMs: 60_000 },
      },
    );
    onTestFinished(() => {
      stores.close();
    });
    const { replay, revocations } = stores;
    await revocations.ready();
    await replay.register(proofIdOf(0), 60_000);
    await whenReplicated(primary, replica);

    // From here on, nothing is replicated.
    link.set({ blackHole: true });
    await expect(replay.register(proofIdOf(1), 60_000)).resolves.toBe(true);
    const usedUntil = Date.now();
    await primary.kill();
    await expect(replay.register(proofIdOf(2), 60_000)).rejects.toMatchObject({ status: 503 });
    await replica.command('REPLICAOF', 'NO', 'ONE');
    client = promoted;

    const outcomes = await Promise.all(
      [1, 3, 4].map(async (index) => await replay.register(proofIdOf(index), 60_000)),
    );
    expect(outcomes).toEqual([true, true, true]);
    expect(replay.notBefore).toBeGreaterThanOrEqual(usedUntil);
    expect(events.filter(({ event }) => event === 'discontinuity')).toEqual([
      { event: 'discontinuity', lostPolls: 0 },
    ]);
    expect(await replica.command('EXISTS', `${FLEET_PREFIX}:{v}:loss`)).toBe(1);
  });
});
