import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { startFleet } from './support/fleet.js';
import { percentile, repeatUntil } from './support/load.js';
import { reportMeasured } from './support/measurements.js';
import { scale, SLOW_CLIENTS } from './support/scale.js';
import type { RevocationWorker } from './workers/revocation-worker.js';

const PROCESSES = scale({ full: 20, brief: 4 });
const REVOCATIONS = scale({ full: 100, brief: 20 });
/** Longer than a busy process may be late. */
const SUSPENDED_MS = 6_000;
/** The target is 600 ms; a slow machine must not fail a test. */
const SOON_MS = 5_000;

describeWithRedis('revocations in a fleet of processes', (engine) => {
  it.each(SLOW_CLIENTS)(
    'reach those that run, and the suspended ones before they accept a token: %s',
    async (client) => {
      const { port } = await openRedis(engine);
      const key = randomBytes(32);
      const fleet = await startFleet<RevocationWorker>('revocation-worker', {
        processes: PROCESSES,
        setup: () => ({ port, client, key }),
      });
      const [suspended, running] = [fleet.slice(0, 2), fleet.slice(2)];
      for (const each of suspended) each.freeze();
      const frozenAt = Date.now();

      const delays: number[] = [];
      for (let index = 0; index < REVOCATIONS; index += 1) {
        await running[index % running.length]?.call('withdraw', `token-${index}`);
        const doneAt = Date.now();
        if (index % 10 !== 9) continue;
        const known = await Promise.all(
          running.map((each) =>
            repeatUntil(
              () => each.call('knownAt', index + 1),
              (atMs) => atMs !== undefined,
            ),
          ),
        );
        delays.push(...known.map((atMs = Infinity) => Math.max(0, atMs - doneAt)));
      }
      expect(Math.max(...delays)).toBeLessThan(SOON_MS);

      await wait(Math.max(0, frozenAt + SUSPENDED_MS - Date.now()));
      for (const each of suspended) each.thaw();
      const thawedAt = Date.now();
      await Promise.all(
        suspended.map((each) =>
          repeatUntil(
            () => each.call('knownAt', REVOCATIONS),
            (atMs) => atMs !== undefined,
          ),
        ),
      );
      for (const each of suspended) {
        expect(await each.call('samplesSince', thawedAt)).toBeGreaterThan(0);
        expect(await each.call('wronglyAccepted', REVOCATIONS, thawedAt)).toBe(0);
      }
      const knownAgain = await Promise.all(
        suspended.map((each) => each.call('knownAt', REVOCATIONS)),
      );
      reportMeasured({
        processes: String(PROCESSES),
        'seen after, median': `${percentile(delays, 0.5)} ms`,
        'seen after, at most': `${Math.max(...delays)} ms`,
        'seen by the suspended after': `${Math.max(...knownAgain.map((at = Infinity) => at - thawedAt))} ms`,
      });
    },
    60_000,
  );
});
