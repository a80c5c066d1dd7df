import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisClientName } from '../support/redis-clients.js';
import { REDIS_ENGINES } from '../support/redis-engines.js';
import { describeWithRedis, openRedis, type RedisServer } from '../support/redis-server.js';
import { reportMeasured } from './support/measurements.js';
import { scale, SLOW_CLIENTS } from './support/scale.js';
import {
  type FleetTokenEndpoint,
  type FleetTokenResponse,
  grant,
  openTokenEndpoint,
} from './support/token-endpoint.js';
import { type FleetScene, TokenFleet } from './support/token-fleet.js';

const PROCESSES = scale({ full: 50, brief: 4 });
const CLIENTS = ['redis 6', 'ioredis 6'] as const;
const OUTAGE_MS = scale({ full: 5_000, brief: 1_500 });
const KEYS = [['k1', randomBytes(32).toString('base64')]] as const;

const refusal: FleetTokenResponse = { status: 401, body: { error: 'invalid_client' } };

let fleet: TokenFleet;

beforeAll(async () => {
  if (REDIS_ENGINES.length > 0) fleet = await TokenFleet.launch(PROCESSES);
}, 120_000);

afterAll(async () => {
  if (REDIS_ENGINES.length > 0) await fleet.close();
});

interface Servers {
  readonly redis: RedisServer;
  readonly endpoint: FleetTokenEndpoint;
}

async function openClients(
  engine: RedisServer['engine'],
  client: RedisClientName,
  options: Pick<FleetScene, 'secretOf' | 'timeoutMs'> = {},
): Promise<Servers> {
  const [redis, endpoint] = await Promise.all([openRedis(engine), openTokenEndpoint()]);
  await fleet.open({ redis, endpoint, client, keys: KEYS, ...options });
  return { redis, endpoint };
}

type Tokens = Awaited<ReturnType<TokenFleet['get']>>;

const valuesOf = (tokens: Tokens): readonly string[] => tokens.map(({ value }) => value);

function measure(name: string, value: number): void {
  reportMeasured({ [name]: String(value) });
}

/** Records how long the processes took. */
function measureTimes(name: string, tokens: Tokens): void {
  const times = tokens.map(({ tookMs }) => Math.round(tookMs)).sort((a, b) => a - b);
  measure(`${name}, p50 in ms`, times[Math.floor(times.length / 2)] ?? 0);
  measure(`${name}, max in ms`, times.at(-1) ?? 0);
}

describeWithRedis(`a fleet of ${PROCESSES} clients`, (engine) => {
  it.each(CLIENTS)(
    'sends one token request at the start, and one for each of three renewals, with %s',
    async (client) => {
      const { endpoint } = await openClients(engine, client);
      let tokens = await fleet.get();
      measureTimes('first token', tokens);
      expect(new Set(valuesOf(tokens))).toEqual(new Set(['token-1']));
      for (let renewal = 2; renewal <= 4; renewal += 1) {
        await fleet.advance();
        tokens = await fleet.get(valuesOf(tokens));
        expect(new Set(valuesOf(tokens))).toEqual(new Set([`token-${renewal}`]));
      }
      measure('requests', endpoint.requests.length);
      expect(endpoint.requests).toHaveLength(4);
      expect(await fleet.count('tampered')).toEqual({ failed: 0, events: 0 });
    },
  );

  it.each(SLOW_CLIENTS)(
    'sends a second request when the process with the lease is killed, with %s',
    async (client) => {
      const { endpoint } = await openClients(engine, client);
      endpoint.onRequest = () => new Promise(() => undefined);
      const first = fleet.list().map((index) =>
        fleet
          .at(index)
          .call('untilOther')
          .catch(() => ({ value: 'killed', tookMs: 0 })),
      );
      await endpoint.untilRequests(1);
      endpoint.onRequest = () => grant(2);
      const killed = endpoint.requests[0]?.worker ?? NaN;
      const tokens = await fleet.replace(killed, () => Promise.all(first));
      measureTimes('first token', tokens);
      measure('requests', endpoint.requests.length);
      expect(new Set(valuesOf(tokens))).toEqual(new Set(['killed', 'token-2']));
      expect(valuesOf(tokens).filter((value) => value === 'killed')).toHaveLength(1);
      expect(endpoint.requests).toHaveLength(2);
    },
  );

  it.each(SLOW_CLIENTS)(
    'waits for a response that takes longer than a lease, with %s',
    async (client) => {
      const { endpoint } = await openClients(engine, client);
      endpoint.onRequest = async () => {
        await new Promise((resolve) => setTimeout(resolve, 4_000));
        return grant(1);
      };
      const tokens = await fleet.get();
      measureTimes('first token', tokens);
      measure('requests', endpoint.requests.length);
      expect(new Set(valuesOf(tokens))).toEqual(new Set(['token-1']));
      expect(endpoint.requests).toHaveLength(1);
    },
  );

  it.each(SLOW_CLIENTS)(
    `sends at most six requests in ${OUTAGE_MS} ms of 503, with %s`,
    async (client) => {
      const { endpoint } = await openClients(engine, client);
      const startOf = (): number => endpoint.requests[0]?.at ?? NaN;
      endpoint.onRequest = ({ at }) => (at - startOf() < OUTAGE_MS ? { status: 503 } : grant(1));
      const tokens = await fleet.get();
      measureTimes('first token', tokens);
      expect(new Set(valuesOf(tokens))).toEqual(new Set(['token-1']));
      const refused = endpoint.requests.filter(({ at }) => at - startOf() < OUTAGE_MS);
      measure('requests during the outage', refused.length);
      expect(refused.length).toBeLessThanOrEqual(6);
      expect(endpoint.requests).toHaveLength(refused.length + 1);
    },
    40_000,
  );

  it.each(SLOW_CLIENTS)(
    'sends no request before the time in Retry-After of a 429, with %s',
    async (client) => {
      const { endpoint } = await openClients(engine, client);
      endpoint.onRequest = () =>
        endpoint.requests.length === 1
          ? { status: 429, headers: { 'retry-after': '2' } }
          : grant(2);
      expect(new Set(valuesOf(await fleet.get()))).toEqual(new Set(['token-2']));
      const [first = NaN, second = NaN] = endpoint.requests.map(({ at }) => at);
      measure('ms until the second request', Math.round(second - first));
      expect(endpoint.requests).toHaveLength(2);
      expect(second - first).toBeGreaterThanOrEqual(2_000);
    },
  );

  it.each(CLIENTS)(
    'fails no call while Redis does not run, and shares a token again afterwards, with %s',
    async (client) => {
      const { redis, endpoint } = await openClients(engine, client);
      const before = valuesOf(await fleet.get());
      await redis.kill();
      await fleet.advance();
      const own = await fleet.get(before);
      measureTimes('renewal without Redis', own);
      const requests = endpoint.requests.length;
      measure('requests without Redis', requests - 1);
      expect(requests).toBeLessThanOrEqual(1 + PROCESSES);
      await redis.restart();
      await Promise.all(fleet.list().map((index) => fleet.at(index).call('untilReady')));
      await fleet.advance();
      expect(new Set(valuesOf(await fleet.get(valuesOf(own)))).size).toBe(1);
      expect(endpoint.requests).toHaveLength(requests + 1);
      expect(await fleet.count('tampered')).toEqual({ failed: 0, events: 0 });
    },
  );

  it.each(CLIENTS)('fails no call while Redis is suspended, with %s', async (client) => {
    const { redis, endpoint } = await openClients(engine, client, { timeoutMs: 250 });
    const before = valuesOf(await fleet.get());
    const requests = endpoint.requests.length;
    redis.freeze();
    await fleet.advance();
    const own = await fleet.get(before);
    redis.thaw();
    measureTimes('renewal without Redis', own);
    measure('requests without Redis', endpoint.requests.length - requests);
    expect(endpoint.requests.length - requests).toBeLessThanOrEqual(PROCESSES);
    expect(await fleet.count('tampered')).toEqual({ failed: 0, events: 0 });
  });

  it.each(CLIENTS)('is not stopped by one process with an old secret, with %s', async (client) => {
    const secretOf = (index: number): string => (index === 0 ? 'old' : 'secret');
    const { endpoint } = await openClients(engine, client, { secretOf });
    let refuse: (response: FleetTokenResponse) => void = () => undefined;
    endpoint.onRequest = () => new Promise((resolve) => (refuse = resolve));
    const refused = fleet.at(0).call('get');
    await endpoint.untilRequests(1);
    const others = fleet.list().slice(1);
    const tokens = fleet.get([], others);
    endpoint.onRequest = () => grant(2);
    refuse(refusal);
    expect(await refused).toEqual({ reason: 'invalid_client' });
    expect(new Set(valuesOf(await tokens))).toEqual(new Set(['token-2']));
    expect((await fleet.count('tampered', others)).failed).toBe(0);
    expect(endpoint.requests.map(({ worker }) => worker === 0)).toEqual([true, false]);
    // Its client is the same as that of the others.
    expect(await fleet.at(0).call('untilOther')).toMatchObject({ value: 'token-2' });
    expect(endpoint.requests).toHaveLength(2);
  });
});
