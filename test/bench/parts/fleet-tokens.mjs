/**
 * How many token requests a fleet of processes sends, when it starts and when its token is renewed.
 */
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentile } from '../measure/statistics.mjs';
import { formatNumber } from '../report/format.mjs';
import { cores, nodeOn } from '../server/cores.mjs';

const WORKER = fileURLToPath(new URL('../server/fleet-worker.mjs', import.meta.url));
const RESPONSE_MS = 80;
const LIFETIME_SECONDS = 300;
// More than 90 % of the lifetime, after which every process renews its token.
const RENEWAL_MS = 280_000;
const RENEWALS = 2;

/** @param {import('../server/redis.mjs').RedisServer} redis */
export async function measureFleetTokens(redis, { fleetProcesses: count }) {
  const shared = await measureFleet(count, redis);
  const alone = await measureFleet(count);
  const row = (name, { start, renewals, waits, failures }) => [
    name,
    formatNumber(start),
    renewals.map(formatNumber).join(', '),
    formatNumber(percentile(waits, 0.5)),
    formatNumber(percentile(waits, 1)),
    formatNumber(failures),
  ];
  return {
    tables: [
      {
        title: `${count} processes, an authorization server that takes ${RESPONSE_MS} ms`,
        columns: [
          '',
          'token requests at the start',
          'at each renewal',
          'first token: p50, ms',
          'longest, ms',
          'failed calls',
        ],
        rows: [row(`shared in ${redis.name}`, shared), row('each process for itself', alone)],
      },
    ],
    charts: [
      {
        title: `${count} processes start`,
        unit: 'token requests',
        better: 'lower',
        bars: [
          { label: 'shared', kind: 'own', value: shared.start },
          { label: 'each for itself', kind: 'reference', value: alone.start },
        ],
      },
    ],
    figures: {
      'fleet.tokens-start': { value: shared.start },
      'fleet.tokens-renewal': { value: Math.max(...shared.renewals) },
      'fleet.tokens-failures': { value: shared.failures },
    },
  };
}

async function measureFleet(count, redis) {
  const server = await startTokenServer();
  const fleet = { issuer: server.url, tokenEndpoint: `${server.url}/token` };
  const store = {
    redisUrl: redis?.url,
    prefix: randomUUID(),
    key: randomBytes(32).toString('base64'),
  };
  const workers = await Promise.all(
    Array.from({ length: count }, () => startWorker({ ...fleet, ...store })),
  );
  try {
    const first = await askAll(workers, {});
    const start = server.requests;
    const renewals = [];
    let answers = first;
    for (let turn = 0; turn < RENEWALS; turn += 1) {
      const before = server.requests;
      answers = await renew(workers, answers);
      renewals.push(server.requests - before);
    }
    const failures = [...first, ...answers].filter(({ failure }) => failure !== undefined).length;
    return { start, renewals, failures, waits: first.map(({ milliseconds }) => milliseconds) };
  } finally {
    await Promise.all(workers.map(stopWorker));
    server.close();
  }
}

/** Each process renews in the background. @returns Its answers when all have a new token. */
async function renew(workers, before) {
  const isNew = ({ digest }, at) => digest !== undefined && digest !== before[at].digest;
  let answers = await askAll(workers, { advanceMs: RENEWAL_MS });
  while (!answers.every(isNew)) {
    await sleep(100);
    answers = await askAll(workers, {});
  }
  return answers;
}

function askAll(workers, message) {
  return Promise.all(
    workers.map(async (worker) => {
      worker.send(message);
      return (await once(worker, 'message'))[0];
    }),
  );
}

async function startWorker(settings) {
  const env = { ...process.env, BENCH_SERVER: JSON.stringify(settings) };
  // This process has one core; the fleet uses all of them.
  const [command, args] = nodeOn(cores.join(), [WORKER]);
  const worker = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(worker, 'message');
  return worker;
}

async function stopWorker(worker) {
  const exited = once(worker, 'exit');
  worker.disconnect();
  await exited;
}

async function startTokenServer() {
  const state = { requests: 0 };
  const server = createServer((request, response) => {
    state.requests += 1;
    const body = JSON.stringify({
      access_token: randomBytes(300).toString('base64url'),
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      scope: 'read:analytics',
    });
    request.resume().on('end', () => {
      setTimeout(() => {
        response.setHeader('content-type', 'application/json').end(body);
      }, RESPONSE_MS);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return Object.assign(state, { url: `http://127.0.0.1:${server.address().port}`, close });
}
