/**
 * Every front under load with one known token: an open route, one with a guard, and one that does only
 * what every guard must do.
 */
import { startEndpoint } from '../issuer/endpoint.mjs';
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { FRONTS, KINDS } from '../fronts/fronts.mjs';
import { flood } from '../load/flood.mjs';
import { startFront } from '../server/start.mjs';
import { measureChecks } from './fronts-checks.mjs';
import { reportFronts } from './fronts-report.mjs';

const KIND_NAMES = Object.keys(KINDS);

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const endpoint = await startEndpoint();
  const signer = await createSigner('RS256');
  const tokens = await signTokens(signer, 1);
  const checks = await measureChecks(signer, tokens, settings);
  const fronts = await startFronts(endpoint, signer);
  try {
    return reportFronts(await measureFronts(fronts, tokens[0], settings), checks);
  } finally {
    const servers = [...fronts.values()].flatMap((kinds) => Object.values(kinds));
    await Promise.all(servers.map((server) => server.stop()));
    endpoint.close();
  }
}

/** Starts a server of each kind by each front. */
async function startFronts(endpoint, signer) {
  const fronts = new Map();
  for (const front of FRONTS) {
    const { uri: jwksUri } = endpoint.publish(encodeURIComponent(front), [signer]);
    const servers = {};
    for (const kind of KIND_NAMES) servers[kind] = await startFront(front, { kind, jwksUri });
    fronts.set(front, servers);
  }
  return fronts;
}

/** @returns {Promise<Map<string, Record<keyof typeof KINDS, object[]>>>} By front. */
async function measureFronts(fronts, token, settings) {
  const { connections, frontRounds, httpSeconds, httpRampRequests, frontWarmUp } = settings;
  const headers = () => `Bearer ${token}`;
  const load = async (server, extent) => {
    const result = await flood(server, { connections, authorization: headers, ...extent });
    assertAllGood(server, result);
    return result;
  };
  const empty = () => Object.fromEntries(KIND_NAMES.map((kind) => [kind, []]));
  const measured = new Map([...fronts.keys()].map((front) => [front, empty()]));
  for (const servers of fronts.values()) {
    for (const kind of KIND_NAMES) await load(servers[kind], { amount: frontWarmUp });
  }
  for (let round = 0; round < frontRounds; round += 1) {
    // The servers of a front follow each other, and take turns in being first.
    const order = round % 2 === 0 ? KIND_NAMES : [...KIND_NAMES].reverse();
    for (const [front, servers] of fronts) {
      for (const kind of order) {
        // Warms up again, because the other servers have used the CPU caches and memory.
        await load(servers[kind], { amount: httpRampRequests });
        measured.get(front)[kind].push(await load(servers[kind], { seconds: httpSeconds }));
      }
    }
  }
  return measured;
}

function assertAllGood({ url }, { statuses }) {
  if (Object.keys(statuses).join() === '200') return;
  throw new Error(`${url} answered ${JSON.stringify(statuses)}`);
}
