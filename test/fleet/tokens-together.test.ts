import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { REDIS_CLIENTS, type RedisClientName } from '../support/redis-clients.js';
import { describeWithRedis, openRedis, type RedisServer } from '../support/redis-server.js';
import { type FleetProcess, startFleet } from './support/fleet.js';
import { isFullScale, scale } from './support/scale.js';
import {
  type FleetTokenEndpoint,
  type FleetTokenResponse,
  grant,
  openTokenEndpoint,
} from './support/token-endpoint.js';
import type { TokenWorker } from './workers/token-worker.js';

const PROCESSES = scale({ full: 50, brief: 4 });
const CLIENTS = REDIS_CLIENTS.filter((name) => name === 'redis 6' || name === 'ioredis 6');
/** The scenes that take seconds. */
const SLOW_CLIENTS = isFullScale ? CLIENTS : CLIENTS.slice(0, 1);
const KEYS = [['k1', randomBytes(32).toString('base64')]] as const;
const OUTAGE_MS = scale({ full: 5_000, brief: 1_500 });
const TIMEOUT_MS = 120_000;
/** Past the renewal of a token for 100 s, but before its end. */
const RENEWAL_MS = 95_000;

interface Fleet {
  readonly redis: RedisServer;
  readonly endpoint: FleetTokenEndpoint;
  readonly fleet: readonly FleetProcess<TokenWorker>[];
}

type Engine = RedisServer['engine'];

async function openFleet(
  engine: Engine,
  client: RedisClientName,
  secretOf: (index: number) => string = () => 'secret',
): Promise<Fleet> {
  const [redis, endpoint] = await Promise.all([openRedis(engine), openTokenEndpoint()]);
  const fleet = await startFleet<TokenWorker>('token-worker', {
    processes: PROCESSES,
    setup: (index) => ({
      index,
      client,
      port: redis.port,
      keys: KEYS,
      endpoint: endpoint.port,
      secret: secretOf(index),
    }),
  });
  return { redis, endpoint, fleet };
}

/** Gets a token in every process, another than the given one of each, and returns those that differ. */
async function getEverywhere(
  fleet: readonly FleetProcess<TokenWorker>[],
  than: readonly (string | undefined)[] = [],
): Promise<readonly string[]> {
  return await Promise.all(fleet.map((each, index) => each.call('untilOther', than[index])));
}

async function advance(fleet: readonly FleetProcess<TokenWorker>[]): Promise<void> {
  await Promise.all(fleet.map((each) => each.call('advance', RENEWAL_MS)));
}

async function countFailures(fleet: readonly FleetProcess<TokenWorker>[]): Promise<number> {
  const reports = await Promise.all(fleet.map((each) => each.call('report')));
  return reports.reduce((total, { failed }) => total + failed, 0);
}

/** An answer that the test gives later. */
function createAnswer(): {
  readonly promise: Promise<FleetTokenResponse>;
  readonly give: (response: FleetTokenResponse) => void;
} {
  let give: (response: FleetTokenResponse) => void = () => undefined;
  const promise = new Promise<FleetTokenResponse>((resolve) => (give = resolve));
  return { promise, give };
}

const refusal: FleetTokenResponse = { status: 401, body: { error: 'invalid_client' } };

describeWithRedis(`a fleet of ${PROCESSES} clients`, (engine) => {
  it.each(CLIENTS)(
    'sends one token request at the start, and one for each of three renewals, with %s',
    async (client) => {
      const { endpoint, fleet } = await openFleet(engine, client);
      let tokens = await getEverywhere(fleet);
      expect(new Set(tokens)).toEqual(new Set(['token-1']));
      for (let renewal = 2; renewal <= 4; renewal += 1) {
        await advance(fleet);
        tokens = await getEverywhere(fleet, tokens);
        expect(new Set(tokens)).toEqual(new Set([`token-${renewal}`]));
      }
      expect(endpoint.requests).toHaveLength(4);
      expect(await countFailures(fleet)).toBe(0);
    },
    TIMEOUT_MS,
  );

  it.each(SLOW_CLIENTS)(
    'sends a second request when the process with the lease is killed, with %s',
    async (client) => {
      const { endpoint, fleet } = await openFleet(engine, client);
      endpoint.onRequest = () => new Promise(() => undefined);
      const startedAt = performance.now();
      const first = fleet.map((each) => each.call('untilOther').catch(() => 'killed'));
      await endpoint.untilRequests(1);
      endpoint.onRequest = () => grant(2);
      const killed = endpoint.requests[0]?.worker ?? NaN;
      await fleet[killed]?.kill();
      const tokens = await Promise.all(first);
      expect(new Set(tokens)).toEqual(new Set(['killed', 'token-2']));
      expect(tokens.filter((token) => token === 'killed')).toHaveLength(1);
      expect(endpoint.requests).toHaveLength(2);
      // The lease lasts 3 s.
      expect(performance.now() - startedAt).toBeLessThan(20_000);
    },
    TIMEOUT_MS,
  );

  it.each(SLOW_CLIENTS)(
    'waits for a response that takes longer than a lease, with %s',
    async (client) => {
      const { endpoint, fleet } = await openFleet(engine, client);
      endpoint.onRequest = async () => {
        await new Promise((resolve) => setTimeout(resolve, 4_000));
        return grant(1);
      };
      expect(new Set(await getEverywhere(fleet))).toEqual(new Set(['token-1']));
      expect(endpoint.requests).toHaveLength(1);
    },
    TIMEOUT_MS,
  );

  it.each(SLOW_CLIENTS)(
    `sends at most six requests in ${OUTAGE_MS} ms of 503, with %s`,
    async (client) => {
      const { endpoint, fleet } = await openFleet(engine, client);
      const tokens = getEverywhere(fleet);
      endpoint.onRequest = ({ at }) => {
        const since = at - (endpoint.requests[0]?.at ?? at);
        return since < OUTAGE_MS ? { status: 503 } : grant(1);
      };
      expect(new Set(await tokens)).toEqual(new Set(['token-1']));
      const startedAt = endpoint.requests[0]?.at ?? NaN;
      const early = endpoint.requests.filter(({ at }) => at < startedAt + OUTAGE_MS);
      expect(early.length).toBeLessThanOrEqual(6);
      expect(endpoint.requests).toHaveLength(early.length + 1);
    },
    TIMEOUT_MS,
  );

  it.each(SLOW_CLIENTS)(
    'sends no request before the time in Retry-After of a 429, with %s',
    async (client) => {
      const { endpoint, fleet } = await openFleet(engine, client);
      endpoint.onRequest = () =>
        endpoint.requests.length === 1
          ? { status: 429, headers: { 'retry-after': '2' } }
          : grant(2);
      expect(new Set(await getEverywhere(fleet))).toEqual(new Set(['token-2']));
      const [first, second] = endpoint.requests.map(({ at }) => at);
      expect(endpoint.requests).toHaveLength(2);
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(2_000);
    },
    TIMEOUT_MS,
  );

  it.each(CLIENTS)(
    'fails no call while Redis does not run, and shares a token again afterwards, with %s',
    async (client) => {
      const { redis, endpoint, fleet } = await openFleet(engine, client);
      const before = await getEverywhere(fleet);
      await redis.kill();
      await advance(fleet);
      const own = await getEverywhere(fleet, before);
      expect(endpoint.requests.length).toBeLessThanOrEqual(1 + PROCESSES);
      const requests = endpoint.requests.length;
      await redis.restart();
      await Promise.all(fleet.map((each) => each.call('untilReady')));
      await advance(fleet);
      expect(new Set(await getEverywhere(fleet, own)).size).toBe(1);
      expect(endpoint.requests).toHaveLength(requests + 1);
      expect(await countFailures(fleet)).toBe(0);
    },
    TIMEOUT_MS,
  );

  it.each(CLIENTS)(
    'fails no call while Redis is suspended, with %s',
    async (client) => {
      const { redis, endpoint, fleet } = await openFleet(engine, client);
      const before = await getEverywhere(fleet);
      redis.freeze();
      await advance(fleet);
      await getEverywhere(fleet, before);
      expect(endpoint.requests.length).toBeLessThanOrEqual(1 + PROCESSES);
      expect(await countFailures(fleet)).toBe(0);
      redis.thaw();
    },
    TIMEOUT_MS,
  );

  it.each(CLIENTS)(
    'is not stopped by one process with an old secret, with %s',
    async (client) => {
      const secretOf = (index: number): string => (index === 0 ? 'old' : 'secret');
      const { endpoint, fleet } = await openFleet(engine, client, secretOf);
      const answer = createAnswer();
      endpoint.onRequest = () => answer.promise;
      const [stale, ...others] = fleet;
      const refused = stale?.call('get');
      await endpoint.untilRequests(1);
      const tokens = getEverywhere(others);
      endpoint.onRequest = () => grant(2);
      answer.give(refusal);
      expect(await refused).toEqual({ reason: 'invalid_client' });
      expect(new Set(await tokens)).toEqual(new Set(['token-2']));
      expect(await countFailures(others)).toBe(0);
      expect(endpoint.requests.map(({ worker }) => worker === 0)).toEqual([true, false]);
      // Its client is the same as that of the others.
      expect(await stale?.call('untilOther')).toBe('token-2');
      expect(endpoint.requests).toHaveLength(2);
    },
    TIMEOUT_MS,
  );
});
