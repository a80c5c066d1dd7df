import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { startFleet } from './support/fleet.js';
import { scale } from './support/scale.js';
import type { ReplayWorker } from './workers/replay-worker.js';

const PROCESSES = scale({ full: 8, brief: 4 });

describeWithRedis('a proof that is sent to every process at once', (engine) => {
  it.each(['redis 6', 'ioredis 6'] as const)(
    'is accepted once: 1,000 proofs with %s',
    async (client) => {
      const { port } = await openRedis(engine);
      const fleet = await startFleet<ReplayWorker>('replay-worker', {
        processes: PROCESSES,
        setup: () => ({ port, client, prefix: 'test' }),
      });
      const proofs = Array.from({ length: 1_000 }, (_, index) =>
        createHash('sha256').update(String(index)).digest('base64url'),
      );
      const outcomes = await Promise.all(fleet.map((each) => each.call('register', proofs)));
      const sum = (name: 'first' | 'replayed' | 'failed'): number =>
        outcomes.reduce((total, outcome) => total + outcome[name], 0);
      expect(sum('failed')).toBe(0);
      expect(sum('first')).toBe(1_000);
      expect(sum('replayed')).toBe((PROCESSES - 1) * 1_000);
    },
    60_000,
  );
});
