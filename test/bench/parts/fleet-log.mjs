/**
 * The revocation log: what it costs requests with bearer tokens, how long a process loads it, and how long a
 * withdrawal takes to reach every process.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { createRedisStores } from '../../../packages/redis/dist/index.js';
import { createResourceServer } from '../../../packages/resource-server/dist/index.js';
import { signTokens } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { percentile } from '../measure/statistics.mjs';
import { openNodeRedis, PATIENT_MS } from '../peers/fleet.mjs';
import { LikeRequest } from '../peers/request.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';
import { STORY } from '../settings.mjs';

const { issuer, audience, scope } = STORY;
const LIFETIME = 86_400;
const AT_ONCE = 100;
const CALLS = 2_000;

/** Opens stores as one more process of a fleet would. */
async function openNode(redis, { prefix, encryptionKeys }) {
  const client = await openNodeRedis(redis.url);
  const stores = createRedisStores(client, { prefix, encryptionKeys, timeoutMs: PATIENT_MS });
  return {
    log: stores.revocations,
    stores,
    close() {
      stores.close();
      client.destroy();
    },
  };
}

function createFleet() {
  return { prefix: randomUUID(), encryptionKeys: [{ id: 'a', key: randomBytes(32) }] };
}

/**
 * Logs of several sizes: the time until a new process is ready, and what requests cost.
 *
 * @param {number} requestCost - µs of CPU of a request without a guard, over HTTP.
 */
export async function measureLogs({ signer, redis, requestCost }, settings) {
  const rows = [];
  const figures = {};
  for (const entries of settings.fleetLogs) {
    const fleet = createFleet();
    await fillLog(redis, fleet, entries);
    const start = performance.now();
    const node = await openNode(redis, fleet);
    await node.stores.ready();
    const readyMs = performance.now() - start;
    const added = await measureBearer(signer, node.log, settings);
    const speed = speedOf(added, requestCost);
    figures[`fleet.bearer-${entries}`] = speed;
    figures[`fleet.bearer-added-${entries}`] = added;
    node.close();
    rows.push([
      formatNumber(entries),
      formatNumber(readyMs),
      formatFigure(added),
      formatFigure(speed),
    ]);
  }
  return {
    tables: [
      {
        title: `A revocation log in ${redis.name}`,
        columns: [
          'revocations',
          'ms until a new process is ready',
          'added to a bearer request, µs',
          'speed of a bearer request, against without `revocation`',
        ],
        rows,
        note:
          'One known bearer token, in process: the median and the quartiles of many short rounds. The speed is ' +
          `that of a request over HTTP, which takes ${formatNumber(requestCost)} µs of CPU without a guard.`,
      },
    ],
    figures,
  };
}

async function fillLog(redis, fleet, entries) {
  const node = await openNode(redis, fleet);
  await node.stores.ready();
  for (let done = 0; done < entries; done += AT_ONCE) {
    const withdraw = () => node.log.withdraw({ issuer, tokenId: randomUUID() });
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, entries - done) }, withdraw));
  }
  node.close();
}

/** @returns µs of CPU that the option adds to a call: the median and the quartiles of many short rounds. */
async function measureBearer(signer, log, { rounds }) {
  const tokens = await signTokens(signer, 1);
  const options = {
    issuer,
    audience,
    scopes: [scope],
    jwks: { keys: [signer.jwk] },
    maxLifetimeSeconds: LIFETIME,
  };
  const callers = new Map([
    ['off', createCaller(tokens, options)],
    ['on', createCaller(tokens, { ...options, revocation: log })],
  ]);
  const measure = async (caller) => {
    // A process that does not poll for seconds answers 503, as one that was suspended.
    await setImmediate();
    return caller.runCalls(CALLS);
  };
  await interleave(callers, rounds * 5, measure);
  const costs = await interleave(callers, rounds * 30, measure);
  const added = costs.get('on').map((cost, at) => cost - costs.get('off')[at]);
  const [low, value, high] = [0.25, 0.5, 0.75].map((part) => percentile(added, part));
  return { value, low, high };
}

/** How fast a request is over HTTP, if it takes as long as one without a guard otherwise. */
function speedOf({ value, low, high }, requestCost) {
  const speed = (added) => requestCost / (requestCost + added);
  return { value: speed(value), low: speed(high), high: speed(low) };
}

function createCaller(tokens, options) {
  const guard = createResourceServer(options).requireScope(scope);
  return new Caller((token) => {
    const refusal = guard.check(new LikeRequest(`Bearer ${token}`));
    if (refusal !== undefined) throw new Error(`a good token was refused: ${refusal.status}`);
  }, tokens);
}

/** The time from `withdraw()` until each of several nodes refuses the token. */
export async function measurePropagation(redis, { fleetNodes, fleetWithdrawals }) {
  const rows = [];
  const figures = {};
  for (const count of fleetNodes) {
    const delays = await measureDelays(redis, count, fleetWithdrawals);
    const figure = (part) => percentile(delays, part);
    const longest = figure(1);
    figures[`fleet.propagation-${count}`] = { value: longest };
    rows.push([count, fleetWithdrawals, figure(0.5), figure(0.99), longest].map(formatNumber));
  }
  return {
    tables: [
      {
        title: 'Propagation of a revocation, polls every 500 ms: ms until a node enforces it',
        columns: ['nodes', 'revocations', 'p50', 'p99', 'longest'],
        rows,
        note: 'All nodes have their own connection, and run in one process.',
      },
    ],
    figures,
  };
}

async function measureDelays(redis, count, withdrawals) {
  const fleet = createFleet();
  const nodes = await Promise.all(Array.from({ length: count }, () => openNode(redis, fleet)));
  const writer = await openNode(redis, fleet);
  await Promise.all([...nodes, writer].map(({ stores }) => stores.ready()));
  const delays = [];
  for (let turn = 0; turn < withdrawals; turn += 1) {
    // Withdrawals are not in step with the polls.
    await sleep(70 + ((turn * 37) % 200));
    const tokenId = randomUUID();
    const token = { issuer, tokenId, issuedAt: 0, expiresAt: Infinity };
    const start = performance.now();
    const seen = nodes.map(({ log }) => whenRevoked(log, token, start));
    await writer.log.withdraw({ issuer, tokenId });
    delays.push(...(await Promise.all(seen)));
  }
  for (const node of [...nodes, writer]) node.close();
  return delays;
}

function whenRevoked(log, token, start) {
  return new Promise((resolve) => {
    const stop = log.onChange(() => {
      if (!log.isRevoked(token)) return;
      stop();
      resolve(performance.now() - start);
    });
  });
}
