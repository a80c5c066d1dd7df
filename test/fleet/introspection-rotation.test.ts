import type { TestIssuer } from '@scopegate/testing';
import { expect, it } from 'vitest';
import { describeWithRedis, openRedis, type RedisServer } from '../support/redis-server.js';
import { openIssuer } from '../support/test-issuers.js';
import { type FleetProcess, startFleet } from './support/fleet.js';
import { reportMeasured } from './support/measurements.js';
import { createFleetKey } from './support/open-stores.js';
import { scaleOnce } from './support/scale.js';
import type { IntrospectionWorker } from './workers/introspection-worker.js';

const PROCESSES = { full: 8, brief: 4 };
const TOKENS = { full: 60, brief: 20 };
const [OLD, NEW] = [createFleetKey(1), createFleetKey(2)];
/** The keys of all processes before and after each deploy. */
const DEPLOYS = [[OLD], [OLD, NEW], [NEW, OLD], [NEW]] as const;

type Fleet = readonly FleetProcess<IntrospectionWorker>[];

/** Tokens that are new to the fleet: each is introspected once, unless processes meet. */
function mintTokens(issuer: TestIssuer, count: number): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: count }, () => issuer.opaque({ expiresInSeconds: 86_400 })),
  );
}

/** Each process begins with another token, so that few meet. */
async function sendLoad(fleet: Fleet, tokens: readonly string[]) {
  const outcomes = await Promise.all(
    fleet.map((each, index) => {
      const from = Math.floor((index * tokens.length) / fleet.length);
      return each.call('verify', [...tokens.slice(from), ...tokens.slice(0, from)]);
    }),
  );
  const sum = (name: 'accepted' | 'refused' | 'failed'): number =>
    outcomes.reduce((total, each) => total + each[name], 0);
  return { accepted: sum('accepted'), refused: sum('refused'), failed: sum('failed') };
}

async function listValues(redis: RedisServer): Promise<readonly string[]> {
  const keys = (await redis.command('KEYS', '*')) as string[]; // the reply of KEYS
  expect(keys.every((key) => /^test:i:[\w-]{43}$/.test(key))).toBe(true);
  return (await redis.command('MGET', ...keys)) as string[]; // the reply of MGET for strings
}

describeWithRedis('a fleet whose encryption key is replaced in three deploys', (engine) => {
  it.each(['redis 6', 'ioredis 6'] as const)(
    'refuses no token, seals every entry and asks no more than twice as often: %s',
    async (client) => {
      const processes = scaleOnce(PROCESSES, { engine, client });
      const count = scaleOnce(TOKENS, { engine, client });
      const server = await openRedis(engine);
      const issuer = await openIssuer();
      const { clientId, clientSecret } = issuer.introspectionClient;
      const { audience } = issuer.options();
      const credentials = { clientId, secret: clientSecret() };
      const endpoint = issuer.introspectionEndpoint;
      const trust = { issuer: issuer.issuer, audience, endpoint, ...credentials };
      const fleet = await startFleet<IntrospectionWorker>('introspection-worker', {
        processes,
        setup: () => ({ port: server.port, client, keys: DEPLOYS[0], ...trust }),
      });

      let tokens = await mintTokens(issuer, count);
      const requests: number[] = [];
      /** Sends new tokens, and those of the last time again. */
      const measure = async (): Promise<void> => {
        const before = issuer.requests.introspection;
        const earlier = tokens;
        tokens = await mintTokens(issuer, count);
        const outcomes = await sendLoad(fleet, [...tokens, ...earlier]);
        const accepted = 2 * count * processes;
        expect(outcomes).toEqual({ accepted, refused: 0, failed: 0 });
        requests.push(issuer.requests.introspection - before);
      };
      await sendLoad(fleet, tokens);
      await measure();
      for (const keys of DEPLOYS.slice(1)) {
        // While half of the processes are replaced, and when all are.
        for (const half of [fleet.slice(0, processes / 2), fleet.slice(processes / 2)]) {
          await Promise.all(half.map((each) => each.call('deploy', [...keys])));
          await measure();
        }
      }

      const values = await listValues(server);
      expect(values).toHaveLength(8 * count);
      for (const value of values) expect(value).toMatch(/^1\.k[12]\.[\w-]+$/);
      const [normal = 0, ...deploys] = requests;
      expect(normal).toBeGreaterThanOrEqual(count);
      // Never more than without a store; in practice hardly more than one request for each token.
      expect(Math.max(...deploys)).toBeLessThanOrEqual(2 * Math.max(normal, 2 * count));
      reportMeasured({
        tokens: String(count),
        'requests before': String(normal),
        'requests in each half deploy': deploys.join(', '),
      });
    },
    120_000,
  );
});
