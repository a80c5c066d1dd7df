/**
 * Fleets: what shared state on Redis or Valkey costs, and what it saves.
 */
import { startEndpoint } from '../issuer/endpoint.mjs';
import { createSigner } from '../issuer/signer.mjs';
import { findEngines, startRedis } from '../server/redis.mjs';
import { measureBytes } from './fleet-bytes.mjs';
import { measureLogs, measurePropagation } from './fleet-log.mjs';
import { measureFleetProofs } from './fleet-proofs.mjs';
import { measureSealing } from './fleet-sealing.mjs';
import { measureFleetTokens } from './fleet-tokens.mjs';

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const engines = findEngines();
  if (engines.length === 0) {
    throw new Error('the part "fleet" needs redis-server or valkey-server; install one');
  }
  const endpoint = await startEndpoint();
  const signer = await createSigner('RS256');
  const servers = [];
  try {
    for (const engine of engines) servers.push(await startRedis(engine));
    const [redis] = servers;
    const proofs = await measureFleetProofs({ signer, endpoint, redis }, settings);
    const { requestCost } = proofs;
    const measured = [
      proofs,
      await measureLogs({ signer, redis, requestCost }, settings),
      await measurePropagation(redis, settings),
      await measureFleetTokens(redis, settings),
      await measureBytes(servers, settings),
      await measureSealing(settings),
    ];
    return {
      about:
        'One server without persistence on loopback, on the core of the load. Proofs are signed before the ' +
        'measurement. Over HTTP, the server process has a core for itself.',
      tables: measured.flatMap(({ tables }) => tables),
      charts: measured.flatMap(({ charts = [] }) => charts),
      figures: Object.assign({}, ...measured.map(({ figures }) => figures)),
    };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    endpoint.close();
  }
}
