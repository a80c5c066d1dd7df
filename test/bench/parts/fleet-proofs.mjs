/**
 * What a shared store of used proofs costs requests: CPU and latency, and what happens while Redis hangs.
 */
import { createProofSigner, signProofs } from '../issuer/proof-signer.mjs';
import { claimsOf } from '../issuer/signer.mjs';
import { flood } from '../load/flood.mjs';
import { interleave } from '../measure/rounds.mjs';
import { difference, summarise } from '../measure/statistics.mjs';
import { BARE } from '../peers/contestants.mjs';
import { HOST, PROOF_URL } from '../peers/dpop.mjs';
import { DEFAULT_DEADLINE, FLEET_GUARDS, IN_MEMORY } from '../peers/fleet.mjs';
import { formatFigure, formatNumber, formatStatuses } from '../report/format.mjs';
import { startServer } from '../server/start.mjs';

const NAMES = [BARE, ...Object.keys(FLEET_GUARDS)];
const ANY = 'any status';

/**
 * @param {import('../issuer/signer.mjs').Signer} signer - Of the access tokens.
 * @param {import('../server/redis.mjs').RedisServer} redis
 */
export async function measureFleetProofs({ signer, endpoint, redis }, settings) {
  const servers = new Map();
  try {
    for (const name of [...NAMES, DEFAULT_DEADLINE]) {
      const { uri: jwksUri } = endpoint.publish(encodeURIComponent(`fleet ${name}`), [signer]);
      const given = { alg: signer.alg, jwksUri, demandsProof: true, redisUrl: redis.url };
      servers.set(name, await startServer(name, given));
    }
    const load = await createLoad(signer, settings);
    const hanging = servers.get(DEFAULT_DEADLINE);
    const compared = new Map([...servers].filter(([name]) => name !== DEFAULT_DEADLINE));
    await interleave(compared, 1, load);
    const before = await redis.cpuMicroseconds();
    const measured = await interleave(compared, settings.httpRounds, async (server, name) => {
      await load(server, name);
      return load(server, name);
    });
    const commands = (NAMES.length - 2) * settings.httpRounds * 2 * settings.proofsPerLoad;
    const serverCpu = ((await redis.cpuMicroseconds()) - before) / commands;
    const frozen = await measureFrozen(hanging, redis, load);
    return report({ measured, serverCpu, frozen, redis });
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

/** Every request has a new proof. */
async function createLoad(signer, { connections, httpRounds, proofsPerLoad }) {
  const key = await createProofSigner('ES256');
  const token = (await signer.token(claimsOf({ cnf: { jkt: key.jkt } }))).toString();
  const count = proofsPerLoad * (2 * httpRounds + 2);
  const proofs = await signProofs(key, { token, method: 'GET', url: PROOF_URL, count });
  const next = new Map([...NAMES, DEFAULT_DEADLINE].map((name) => [name, proofs.values()]));
  return async (server, name, expected = '200') => {
    const headers = () => ({
      host: HOST,
      authorization: `DPoP ${token}`,
      dpop: String(next.get(name).next().value),
    });
    const result = await flood(server, { connections, amount: proofsPerLoad, headers });
    const statuses = Object.keys(result.statuses).join();
    if (expected === ANY || statuses === expected) return result;
    throw new Error(`${name} answered ${JSON.stringify(result.statuses)}`);
  };
}

async function measureFrozen(server, redis, load) {
  await load(server, DEFAULT_DEADLINE, ANY);
  redis.freeze();
  try {
    return await load(server, DEFAULT_DEADLINE, '503');
  } finally {
    redis.thaw();
  }
}

function report({ measured, serverCpu, frozen, redis }) {
  const column = (name, member) => measured.get(name).map((result) => result[member]);
  const added = (name, base, member = 'cpuPerRequest') =>
    difference(column(name, member), column(base, member));
  const guards = Object.keys(FLEET_GUARDS);
  return {
    requestCost: summarise(column(BARE, 'cpuPerRequest')).value,
    tables: [
      {
        title: `Over HTTP, every proof new, ES256, used proofs in ${redis.name}`,
        columns: [
          '',
          'server CPU, µs per request',
          'added to the bare route, µs',
          'added to memory, µs',
          'p50, ms',
          'p99, ms',
          'requests/s',
        ],
        rows: NAMES.map((name) => [
          name,
          formatFigure(summarise(column(name, 'cpuPerRequest'))),
          formatFigure(added(name, BARE)),
          name === BARE ? '' : formatFigure(added(name, IN_MEMORY)),
          formatFigure(summarise(column(name, 'p50'))),
          formatFigure(summarise(column(name, 'p99'))),
          formatNumber(summarise(column(name, 'perSecond')).value),
        ]),
        note: `${redis.name} itself used ${formatNumber(serverCpu)} µs of CPU per proof.`,
      },
      {
        title: `${redis.name} is frozen: requests with proofs, node-redis, default deadline`,
        columns: ['answers', 'requests/s', 'p50, ms', 'p99, ms', 'server CPU, µs per request'],
        rows: [
          [
            formatStatuses(frozen.statuses),
            formatNumber(frozen.perSecond),
            formatNumber(frozen.p50),
            formatNumber(frozen.p99),
            formatNumber(frozen.cpuPerRequest),
          ],
        ],
      },
    ],
    charts: [
      {
        title: 'Requests with a new proof each',
        unit: 'µs of CPU of the server per request',
        better: 'lower',
        bars: guards.map((label) => ({
          label,
          kind: 'own',
          ...summarise(column(label, 'cpuPerRequest')),
        })),
      },
    ],
    figures: {
      'fleet.proof-memory': added(IN_MEMORY, BARE),
      ...Object.fromEntries(
        guards.slice(1).map((name) => [`fleet.proof-${name}`, added(name, IN_MEMORY)]),
      ),
    },
  };
}
