/**
 * Sends as many requests as a server can handle, with autocannon.
 */
import autocannon from 'autocannon';
import { percentile } from '../measure/statistics.mjs';

/**
 * Loads a server from many connections, each of which sends the next request after a response.
 *
 * @param {import('../server/start.mjs').Server} server
 * @param {object} load
 * @param {number} load.connections
 * @param {number} [load.seconds]
 * @param {number} [load.amount] - How many requests to send, instead of a duration.
 * @param {() => string | undefined} [load.authorization] - Returns the field of the next request.
 * @param {() => Record<string, string>} [load.headers] - Returns all fields of the next request instead.
 */
export async function flood(server, load) {
  const { connections, seconds, amount, authorization } = load;
  const headers = load.headers ?? (() => fieldsOf(authorization()));
  const cpuBefore = await server.cpuMicroseconds();
  const start = performance.now();
  const ownBefore = process.cpuUsage();
  const { latencies, statuses, last } = await send(server.url, {
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    // How often autocannon checks the time.
    sampleInt: 50,
    requests: [{ setupRequest: (request) => Object.assign(request, { headers: headers() }) }],
  });
  const elapsedMs = last - start;
  const own = process.cpuUsage(ownBefore);
  const cpu = (await server.cpuMicroseconds()) - cpuBefore;
  return {
    requests: latencies.length,
    perSecond: (latencies.length / elapsedMs) * 1000,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuPerRequest: cpu / latencies.length,
    loadBusy: (own.user + own.system) / 1000 / elapsedMs,
    statuses,
  };
}

function fieldsOf(authorization) {
  return authorization === undefined ? {} : { authorization };
}

async function send(url, options) {
  const latencies = [];
  const statuses = {};
  let last = performance.now();
  const run = autocannon({ url, ...options });
  run.on('response', (_client, status, _bytes, milliseconds) => {
    latencies.push(milliseconds);
    statuses[status] = (statuses[status] ?? 0) + 1;
    last = performance.now();
  });
  const { errors } = await run;
  if (errors > 0) statuses.error = errors;
  return { latencies, statuses, last };
}
