/**
 * Express under load from another process: one token, many known tokens, only new tokens.
 */
import { startEndpoint } from '../issuer/endpoint.mjs';
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { flood } from '../load/flood.mjs';
import { inTurn } from '../load/tokens.mjs';
import { interleave } from '../measure/rounds.mjs';
import { LOADED_GUARDS } from '../peers/contestants.mjs';
import { formatNumber } from '../report/format.mjs';
import { startServer } from '../server/start.mjs';
import { reportLoad } from './http-report.mjs';

const alg = 'RS256';

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const endpoint = await startEndpoint();
  const signer = await createSigner(alg);
  const servers = await startServers(endpoint, signer);
  try {
    const measured = new Map();
    for (const scenario of await createScenarios(signer, settings)) {
      measured.set(scenario.name, await measureScenario(servers, scenario, settings));
    }
    return reportLoad(measured);
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    endpoint.close();
  }
}

async function startServers(endpoint, signer) {
  const servers = new Map();
  for (const guard of LOADED_GUARDS) {
    const { uri } = endpoint.publish(encodeURIComponent(guard), [signer]);
    const given = { alg, jwksUri: uri, jwks: { keys: [signer.jwk] }, pem: signer.pem };
    servers.set(guard, await startServer(guard, given));
  }
  return servers;
}

/** The tokens that each scenario sends; its first requests warm up. */
async function createScenarios(signer, settings) {
  const { httpRounds, httpSeconds, knownTokens, fillingTokens, newTokensPerRound } = settings;
  const fresh = fillingTokens + (settings.httpRampRequests + newTokensPerRound) * httpRounds;
  const tokens = await signTokens(signer, knownTokens + fresh);
  const known = tokens.slice(0, knownTokens);
  const warmUp = { amount: knownTokens };
  const round = { seconds: httpSeconds };
  return [
    { name: 'same token', tokens: tokens.slice(0, 1), warmUp, round },
    { name: `${formatNumber(knownTokens)} tokens, all known`, tokens: known, warmUp, round },
    {
      name: 'every token new',
      tokens: tokens.slice(knownTokens),
      warmUp: { amount: fillingTokens },
      round: { amount: newTokensPerRound },
    },
  ];
}

async function measureScenario(servers, { tokens, warmUp, round }, settings) {
  const { connections, httpRounds, httpRampRequests } = settings;
  // Each server continues with the next token, so that no new token is sent to it twice.
  const turns = new Map([...servers.keys()].map((name) => [name, inTurn(tokens)]));
  const load = (server, name, extent) =>
    flood(server, { connections, authorization: turns.get(name), ...extent });
  await interleave(servers, 1, (server, name) => load(server, name, warmUp));
  const rounds = await interleave(servers, httpRounds, async (server, name) => {
    // Warms up again, because the other servers have used the CPU caches and memory in the meantime.
    await load(server, name, { amount: httpRampRequests });
    return load(server, name, round);
  });
  for (const [name, results] of rounds) assertAllGood(name, results);
  return rounds;
}

function assertAllGood(name, results) {
  for (const { statuses } of results) {
    if (Object.keys(statuses).join() !== '200') {
      throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
    }
  }
}
