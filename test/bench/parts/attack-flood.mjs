/**
 * Floods of bad tokens: what they cost the authorization server, and the good callers.
 */
import { flood } from '../load/flood.mjs';
import { startPaced } from '../load/paced.mjs';
import { attacks, inTurn } from '../load/tokens.mjs';
import { interleave } from '../measure/rounds.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { formatFigure, formatNumber, formatStatuses } from '../report/format.mjs';
import { startGuarded, stopGuarded } from '../server/guarded.mjs';
import { OWN } from '../settings.mjs';

const CONNECTIONS = 50;
const GOOD_PER_SECOND = 300;
const NO_TOKEN = 'no token';
const MADE_UP_KID = 'made-up kid';

/** @param {import('./attack.mjs').Scene} scene */
export async function measureFloods(scene) {
  const { signer, tokens, settings } = scene;
  const guarded = await startGuarded(scene);
  try {
    const bad = attacks(signer);
    const bursts = new Map();
    for (const [name, one] of guarded) {
      await flood(one.server, { connections: 4, amount: 2000, authorization: inTurn(tokens) });
      bursts.set(name, await burst(one, bad[MADE_UP_KID], settings.unknownKids));
    }
    const rounds = await interleave(
      crossed(guarded, bad),
      settings.floodRounds,
      ({ one, attack }) =>
        floodBesideGood(one.server, attack, inTurn(tokens), settings.floodSeconds),
    );
    return report(bursts, rounds, Object.keys(bad), settings.unknownKids);
  } finally {
    await stopGuarded(guarded);
  }
}

/** Every guard with every attack. */
function crossed(guarded, bad) {
  const pairs = [...guarded].flatMap(([name, one]) =>
    Object.entries(bad).map(([kind, attack]) => [keyOf(name, kind), { one, attack }]),
  );
  return new Map(pairs);
}

function keyOf(name, kind) {
  return `${name}: ${kind}`;
}

async function burst({ server, document }, authorization, amount) {
  const before = document.fetches;
  const { statuses } = await flood(server, { connections: CONNECTIONS, amount, authorization });
  return { fetches: document.fetches - before, statuses };
}

async function floodBesideGood(server, attack, good, seconds) {
  const callers = startPaced(server.url, { perSecond: GOOD_PER_SECOND, authorization: good });
  const bad = await flood(server, { connections: CONNECTIONS, seconds, authorization: attack });
  const { p99, statuses } = await callers.stop();
  return { p99, statuses, cpu: bad.cpuPerRequest };
}

function report(bursts, rounds, kinds, amount) {
  const names = [...bursts.keys()];
  const p99 = (name, kind) => rounds.get(keyOf(name, kind)).map((result) => result.p99);
  const slowdown = (name, kind) => ratio(p99(name, kind), p99(name, NO_TOKEN));
  const bad = kinds.filter((kind) => kind !== NO_TOKEN);
  return {
    tables: [
      burstTable(bursts, amount),
      {
        title: 'p99 of good tokens during a flood, against a flood of requests without a token',
        columns: ['', ...bad, 'without a token, ms'],
        rows: names.map((name) => [
          name,
          ...bad.map((kind) => formatFigure(slowdown(name, kind))),
          formatFigure(summarise(p99(name, NO_TOKEN))),
        ]),
      },
      costTable(names, kinds, rounds),
    ],
    charts: [burstChart(bursts, amount), slowdownChart(names, slowdown)],
    figures: {
      'attack.fetches': { value: bursts.get(OWN).fetches },
      'attack.p99': withBestPeer(names, (name) => slowdown(name, MADE_UP_KID)),
    },
  };
}

function burstTable(bursts, amount) {
  return {
    title: `${formatNumber(amount)} made-up kids, ${CONNECTIONS} at a time`,
    columns: ['', 'fetches of the JWKS', 'answers'],
    rows: [...bursts].map(([name, { fetches, statuses }]) => [
      name,
      formatNumber(fetches),
      formatStatuses(statuses),
    ]),
  };
}

function costTable(names, kinds, rounds) {
  const cost = (name, kind) => summarise(rounds.get(keyOf(name, kind)).map(({ cpu }) => cpu));
  return {
    title: 'Server CPU per request of a flood, µs (good tokens beside it included)',
    columns: ['', ...kinds],
    rows: names.map((name) => [name, ...kinds.map((kind) => formatFigure(cost(name, kind)))]),
  };
}

function withBestPeer(names, figureOf) {
  const peers = names.filter((name) => name !== OWN).map((name) => ({ name, ...figureOf(name) }));
  const bestPeer = peers.reduce((best, peer) => (peer.value < best.value ? peer : best));
  return { ...figureOf(OWN), bestPeer };
}

function burstChart(bursts, amount) {
  return {
    title: `${formatNumber(amount)} made-up kids`,
    unit: 'fetches of the JWKS',
    better: 'lower',
    bars: [...bursts].map(([label, { fetches }]) => ({
      label,
      kind: kindOf(label),
      value: fetches,
    })),
  };
}

function slowdownChart(names, slowdown) {
  return {
    title: 'Flood of made-up kids',
    unit: 'p99 of good tokens, against a flood without tokens',
    better: 'lower',
    bars: names.map((label) => ({
      label,
      kind: kindOf(label),
      ...slowdown(label, MADE_UP_KID),
    })),
  };
}

function kindOf(label) {
  return label === OWN ? 'own' : 'peer';
}
