/**
 * Every front under load with one known token: its guarded route against its open one.
 */
import { startEndpoint } from '../issuer/endpoint.mjs';
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { FRONTS } from '../fronts/fronts.mjs';
import { flood } from '../load/flood.mjs';
import { startFront } from '../server/start.mjs';
import { measureChecks } from './fronts-checks.mjs';
import { reportFronts } from './fronts-report.mjs';

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
    const servers = [...fronts.values()].flatMap(({ open, guarded }) => [open, guarded]);
    await Promise.all(servers.map((server) => server.stop()));
    endpoint.close();
  }
}

/** Starts an open and a guarded server of each front. */
async function startFronts(endpoint, signer) {
  const fronts = new Map();
  for (const front of FRONTS) {
    const { uri: jwksUri } = endpoint.publish(encodeURIComponent(front), [signer]);
    const open = await startFront(front, {});
    fronts.set(front, { open, guarded: await startFront(front, { jwksUri }) });
  }
  return fronts;
}

/** @returns {Promise<Map<string, { open: object[], guarded: object[] }>>} By front. */
async function measureFronts(fronts, token, settings) {
  const { connections, frontRounds, httpSeconds, httpRampRequests, knownTokens } = settings;
  const headers = () => `Bearer ${token}`;
  const load = async (server, extent) => {
    const result = await flood(server, { connections, authorization: headers, ...extent });
    assertAllGood(server, result);
    return result;
  };
  const measured = new Map([...fronts.keys()].map((front) => [front, { open: [], guarded: [] }]));
  for (const { open, guarded } of fronts.values()) {
    for (const server of [open, guarded]) await load(server, { amount: knownTokens });
  }
  for (let round = 0; round < frontRounds; round += 1) {
    // The two servers of a front follow each other, and take turns in being first.
    const order = round % 2 === 0 ? ['open', 'guarded'] : ['guarded', 'open'];
    for (const [front, servers] of fronts) {
      for (const side of order) {
        // Warms up again, because the other servers have used the CPU caches and memory.
        await load(servers[side], { amount: httpRampRequests });
        measured.get(front)[side].push(await load(servers[side], { seconds: httpSeconds }));
      }
    }
  }
  return measured;
}

function assertAllGood({ url }, { statuses }) {
  if (Object.keys(statuses).join() === '200') return;
  throw new Error(`${url} answered ${JSON.stringify(statuses)}`);
}
