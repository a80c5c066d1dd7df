/**
 * What it costs to observe a server: over HTTP against the same server unobserved, and in process.
 */
import { startEndpoint } from '../issuer/endpoint.mjs';
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { flood } from '../load/flood.mjs';
import { openPage } from '../load/open-page.mjs';
import { startObserved } from '../server/start.mjs';
import { measureObservedCalls } from './observe-calls.mjs';
import { reportObserved, UNOBSERVED } from './observe-report.mjs';

/** The observers of each server. */
const SERVERS = {
  [UNOBSERVED]: [],
  'telemetry: metrics': ['telemetry'],
  'recorder of privileges': ['recorder'],
  'inspector, no page': ['inspector'],
  'inspector, an open page': ['inspector'],
  'all three, no page': ['telemetry', 'recorder', 'inspector'],
};
const WITH_PAGE = 'inspector, an open page';

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const endpoint = await startEndpoint();
  const signer = await createSigner('RS256');
  const tokens = await signTokens(signer, 1);
  const calls = await measureObservedCalls(signer, tokens, settings);
  const servers = await startServers(endpoint, signer);
  try {
    return reportObserved(await measureServers(servers, tokens[0], settings), calls);
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    endpoint.close();
  }
}

async function startServers(endpoint, signer) {
  const servers = new Map();
  for (const [name, observers] of Object.entries(SERVERS)) {
    const { uri: jwksUri } = endpoint.publish(encodeURIComponent(name), [signer]);
    servers.set(name, await startObserved(observers, { jwksUri }));
  }
  return servers;
}

/**
 * Measures each server in turn with the one that is not observed, because neighbours in time share a noisy minute.
 *
 * @returns {Promise<Map<string, import('./observe-report.mjs').Pair[]>>} By server, one pair per round.
 */
async function measureServers(servers, token, settings) {
  const { observeRounds, frontWarmUp } = settings;
  const load = createLoad(token, settings);
  const measure = (name) => measureServer(name, servers.get(name), { load, settings });
  const observed = [...servers.keys()].filter((name) => name !== UNOBSERVED);
  const measured = new Map(observed.map((name) => [name, []]));
  for (const server of servers.values()) await load(server, { amount: frontWarmUp });
  for (let round = 0; round < observeRounds; round += 1) {
    for (const name of observed) {
      // They take turns in being first.
      const isFirst = round % 2 === 0;
      const before = isFirst ? await measure(name) : undefined;
      const base = await measure(UNOBSERVED);
      measured.get(name).push({ base, own: before ?? (await measure(name)) });
    }
  }
  return measured;
}

async function measureServer(name, server, { load, settings }) {
  const { httpRampRequests, httpSeconds } = settings;
  const page = name === WITH_PAGE ? await openPage(server.inspectorUrl) : undefined;
  // Warms up again, because the other servers have used the CPU caches and memory.
  await load(server, { amount: httpRampRequests });
  const result = await load(server, { seconds: httpSeconds });
  if (page !== undefined && (await page.close()).decisions === 0) {
    throw new Error('the page received no decision');
  }
  return result;
}

function createLoad(token, { connections }) {
  const authorization = () => `Bearer ${token}`;
  return async (server, extent) => {
    const result = await flood(server, { connections, authorization, ...extent });
    if (Object.keys(result.statuses).join() === '200') return result;
    throw new Error(`${server.url} answered ${JSON.stringify(result.statuses)}`);
  };
}
