import { describe, expect, it } from 'vitest';
import { listenToStores, openNode, openNodes } from '../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { bearerFields, openFleetApi, ProofCaller, proofIdOf } from './support/fleet-api.js';
import { repeatUntil } from './support/load.js';
import { reportMeasured } from './support/measurements.js';
import { scaleOnce } from './support/scale.js';

const DOWN_MS = { full: 2_000, brief: 300 };
const CLOCK_TOLERANCE_SECONDS = { full: 5, brief: 2 };
const fast = { timeoutMs: 2_000, revocations: { pollMs: 100 } };

describeWithRedis('a server that is killed and starts again, empty', (engine) => {
  it.each(['redis 6', 'ioredis 6'] as const)(
    'makes every process refuse the proofs that were used before: %s',
    async (client) => {
      const downMs = scaleOnce(DOWN_MS, { engine, client });
      const clockToleranceSeconds = scaleOnce(CLOCK_TOLERANCE_SECONDS, { engine, client });
      const server = await openRedis(engine);
      const nodes = await openNodes(2, server, { ...fast, client });
      await Promise.all(nodes.map(({ stores }) => stores.revocations.ready()));
      const apis = await Promise.all(
        nodes.map(({ stores }) => openFleetApi(stores, { clockToleranceSeconds })),
      );
      const caller = new ProofCaller();
      const bearer = bearerFields();
      const used = Array.from({ length: 20 }, () => caller.prove());
      const all = async (fields = caller.prove()): Promise<readonly number[]> =>
        await Promise.all(apis.map((api) => api.call(fields)));
      for (const [index, fields] of used.entries()) {
        expect(await apis[index % 2]?.call(fields)).toBe(200);
      }

      const bearerStatuses = new Set<number>();
      const killedAt = Date.now();
      await server.kill();
      await repeatUntil(
        async () => {
          for (const status of await all(bearer)) bearerStatuses.add(status);
          return await all();
        },
        (statuses) => {
          expect(new Set(statuses)).toEqual(new Set([503]));
          return Date.now() > killedAt + downMs;
        },
      );
      await server.restart();
      const restartedAt = Date.now();

      // Every process: first 503, then again 200; a proof that was used is never accepted.
      await repeatUntil(
        async () => {
          for (const status of await all(bearer)) bearerStatuses.add(status);
          for (const fields of used.slice(0, 5)) expect(await all(fields)).not.toContain(200);
          return (await Promise.all(apis.map((api) => api.call(caller.prove())))).join();
        },
        (statuses) => statuses === '200,200',
      );
      const goodAfterMs = Date.now() - restartedAt;
      for (const fields of used) expect(await all(fields)).not.toContain(200);
      expect(bearerStatuses).toEqual(new Set([200]));
      for (const { stores } of nodes) expect(stores.replay.notBefore).toBeGreaterThan(killedAt);
      reportMeasured({ 'good again after the restart': `${goodAfterMs} ms` });
    },
    60_000,
  );

  it('is noticed by a process that starts later, before it accepts a proof', async () => {
    const server = await openRedis(engine);
    const first = await openNode(server, fast);
    await first.stores.replay.register(proofIdOf(1), 60_000);
    const usedAt = Date.now();
    await server.command('FLUSHALL');
    await repeatUntil(
      () => Promise.resolve(first.stores.replay.notBefore),
      (notBefore) => notBefore !== undefined,
    );
    await repeatUntil(
      async () => await server.command('EXISTS', 'test:fleet:{v}:loss'),
      (count) => count === 1,
    );
    const late = await openNode(server, fast);
    expect(await late.stores.replay.register(proofIdOf(1), 60_000)).toBe(true);
    expect(late.stores.replay.notBefore).toBeGreaterThanOrEqual(usedAt);
  });

  it('is noticed by processes that have lost no poll', async () => {
    const server = await openRedis(engine);
    const events = listenToStores();
    // This one polls too seldom to notice.
    const seldom = { timeoutMs: 2_000, revocations: { pollMs: 1_000 } };
    const [often, rare] = [await openNode(server, fast), await openNode(server, seldom)];
    await Promise.all([often, rare].map(({ stores }) => stores.revocations.ready()));
    const node = await server.command('KEYS', 'test:fleet:{v}:n:*');
    expect(node).toHaveLength(2);
    await server.command('DEL', ...(await oldest(server, node as string[])));
    await repeatUntil(
      () => Promise.resolve([often, rare].map(({ stores }) => stores.replay.notBefore)),
      (times) => !times.includes(undefined),
    );
    expect(events.filter(({ event }) => event === 'discontinuity')).toHaveLength(2);
  });
});

/** The key of the process that polls most often: the one with the largest number. */
async function oldest(
  server: { command(...args: string[]): Promise<unknown> },
  keys: readonly string[],
): Promise<readonly string[]> {
  const numbers = await repeatUntil(
    () => Promise.all(keys.map(async (key) => Number(await server.command('GET', key)))),
    (values) => Math.max(...values) > Math.min(...values),
  );
  return keys.filter((_key, index) => numbers[index] === Math.max(...numbers));
}

describeWithRedis('a server that pauses', (engine) => {
  describe.each(['redis 6', 'ioredis 6'] as const)('%s', (client) => {
    it.each([
      ['shorter than the deadline: no request is refused', 100, 2_000],
      ['longer than the deadline: requests get 503', 1_000, 250],
    ])('%s', async (_title, pauseMs, timeoutMs) => {
      const server = await openRedis(engine);
      const { stores } = await openNode(server, { client, timeoutMs });
      await stores.revocations.ready();
      const api = await openFleetApi(stores);
      const caller = new ProofCaller();
      let used = caller.prove();
      // A busy machine may miss the shorter deadline.
      await repeatUntil(
        () => api.call((used = caller.prove())),
        (status) => status === 200,
      );

      await server.command('CLIENT', 'PAUSE', String(pauseMs), 'ALL');
      const proofs = Array.from({ length: 5 }, () => caller.prove());
      const statuses = await Promise.all([used, ...proofs].map((fields) => api.call(fields)));
      const isLonger = pauseMs > timeoutMs;
      expect(statuses).toEqual(
        isLonger ? Array(6).fill(503) : [401, ...Array<number>(5).fill(200)],
      );
      expect(await api.call(bearerFields())).toBe(200);

      await repeatUntil(
        () => api.call(caller.prove()),
        (status) => status === 200,
      );
      // Those that timed out were executed late, and are used.
      for (const fields of [used, ...proofs]) {
        const status = await repeatUntil(
          () => api.call(fields),
          (found) => found !== 503,
        );
        expect(status).toBe(401);
      }
    });
  });
});
