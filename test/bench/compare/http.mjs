/**
 * Two servers under load, one of each tree: server CPU per request.
 */
import { startEndpoint } from '../issuer/endpoint.mjs';
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { flood } from '../load/flood.mjs';
import { inTurn } from '../load/tokens.mjs';
import { TREE } from '../peers/contestants.mjs';
import { formatNumber } from '../report/format.mjs';
import { startServer } from '../server/start.mjs';
import { alternate } from './rounds.mjs';

const alg = 'RS256';

/** @returns {Promise<Map<string, { own: number[], base: number[] }>>} */
export async function compareHttp(folders, settings) {
  const endpoint = await startEndpoint();
  const signer = await createSigner(alg);
  const servers = {};
  try {
    for (const [side, tree] of Object.entries(folders)) {
      const { uri } = endpoint.publish(side, [signer]);
      servers[side] = await startServer(TREE, { alg, jwksUri: uri, tree });
    }
    const all = new Map();
    for (const scenario of await createScenarios(signer, settings)) {
      for (const [name, samples] of await measure(servers, scenario, settings)) {
        all.set(`${name}, CPU per request`, samples);
      }
    }
    return all;
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    endpoint.close();
  }
}

async function createScenarios(signer, { compareRounds, knownTokens, httpRampRequests }) {
  const perRound = httpRampRequests * 2;
  const fresh = perRound * (compareRounds + 2);
  const tokens = await signTokens(signer, knownTokens + fresh);
  return [
    { name: 'same token', tokens: tokens.slice(0, 1) },
    { name: `${formatNumber(knownTokens)} known tokens`, tokens: tokens.slice(0, knownTokens) },
    { name: 'every token new', tokens: tokens.slice(knownTokens), perRound },
  ];
}

async function measure(servers, { name, tokens, perRound }, settings) {
  const { connections, compareRounds, httpRampRequests, knownTokens } = settings;
  const turns = new Map(Object.values(servers).map((server) => [server, inTurn(tokens)]));
  const load = (server, amount) =>
    flood(server, { connections, authorization: turns.get(server), amount });
  const amount = perRound ?? httpRampRequests * 3;
  for (const server of Object.values(servers)) {
    await load(server, perRound ?? Math.max(knownTokens, amount));
  }
  return alternate(new Map([[name, servers]]), compareRounds, async (server) => {
    const { cpuPerRequest, statuses } = await load(server, amount);
    if (Object.keys(statuses).join() === '200') return cpuPerRequest;
    throw new Error(`${name} was answered ${JSON.stringify(statuses)}`);
  });
}
