/**
 * Express under load from another process, every request with a new proof.
 */
import { createProofSigner, signProofs } from '../issuer/proof-signer.mjs';
import { claimsOf } from '../issuer/signer.mjs';
import { flood } from '../load/flood.mjs';
import { interleave } from '../measure/rounds.mjs';
import { difference, ratio, summarise } from '../measure/statistics.mjs';
import { BARE } from '../peers/contestants.mjs';
import { DPOP_GUARDS, HOST, PROOF_URL } from '../peers/dpop.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';
import { startServer } from '../server/start.mjs';
import { OWN } from '../settings.mjs';

const NAMES = [BARE, ...Object.keys(DPOP_GUARDS)];

/** @param {import('../issuer/signer.mjs').Signer} signer - Of the access tokens. */
export async function measureProofLoad(signer, endpoint, settings) {
  const servers = new Map();
  try {
    for (const name of NAMES) {
      const { uri: jwksUri } = endpoint.publish(encodeURIComponent(`dpop ${name}`), [signer]);
      const given = { alg: signer.alg, jwksUri, demandsProof: true };
      servers.set(name, await startServer(name, given));
    }
    return report(await measure(servers, signer, settings));
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

async function measure(servers, signer, { connections, httpRounds, proofsPerLoad }) {
  const key = await createProofSigner('ES256');
  const token = (await signer.token(claimsOf({ cnf: { jkt: key.jkt } }))).toString();
  // A round begins with requests that warm up; so does the whole measurement.
  const count = proofsPerLoad * (2 * httpRounds + 2);
  const proofs = await signProofs(key, { token, method: 'GET', url: PROOF_URL, count });
  // Each server continues with the next proof, because one that it has accepted would be refused.
  const next = new Map(NAMES.map((name) => [name, proofs.values()]));
  const load = async (server, name) => {
    const headers = () => ({
      host: HOST,
      authorization: `DPoP ${token}`,
      dpop: String(next.get(name).next().value),
    });
    const result = await flood(server, { connections, amount: proofsPerLoad, headers });
    if (Object.keys(result.statuses).join() === '200') return result;
    throw new Error(`${name} answered ${JSON.stringify(result.statuses)}`);
  };
  await interleave(servers, 1, load);
  return interleave(servers, httpRounds, async (server, name) => {
    await load(server, name);
    return load(server, name);
  });
}

function report(measured) {
  const column = (name, member) => measured.get(name).map((result) => result[member]);
  const kept = (name) => ratio(column(name, 'perSecond'), column(BARE, 'perSecond'));
  const cpu = (name) => summarise(column(name, 'cpuPerRequest'));
  const peers = Object.keys(DPOP_GUARDS).filter((name) => name !== OWN);
  const best = (figureOf, isBetter) =>
    peers
      .map((name) => ({ name, ...figureOf(name) }))
      .reduce((found, peer) => (isBetter(peer.value, found.value) ? peer : found));
  const guards = Object.keys(DPOP_GUARDS);
  return {
    table: {
      title: 'Over HTTP, every proof new, ES256',
      columns: [
        '',
        'requests/s against the bare route',
        'server CPU, µs per request',
        'server CPU added, µs per request',
        'requests/s',
      ],
      rows: NAMES.map((name) => [
        name,
        formatFigure(kept(name)),
        formatFigure(cpu(name)),
        formatFigure(difference(column(name, 'cpuPerRequest'), column(BARE, 'cpuPerRequest'))),
        formatNumber(summarise(column(name, 'perSecond')).value),
      ]),
    },
    charts: [
      {
        title: 'Over HTTP, every proof new, ES256',
        unit: 'requests/s against the bare route',
        better: 'higher',
        bars: guards.map((label) => ({
          label,
          kind: label === OWN ? 'own' : 'peer',
          ...kept(label),
        })),
      },
    ],
    figures: {
      'dpop.http': { ...kept(OWN), bestPeer: best(kept, (a, b) => a > b) },
      'dpop.cpu': { ...cpu(OWN), bestPeer: best(cpu, (a, b) => a < b) },
    },
  };
}
