/**
 * Reports how floods of bad tokens affect good callers, the server and the authorization server.
 */
import { ratio, summarise } from '../measure/statistics.mjs';
import { formatFigure, formatNumber, formatStatuses } from '../report/format.mjs';
import { OWN } from '../settings.mjs';

const NO_TOKEN = 'no token';
const MADE_UP_KID = 'made-up kid';

/** @typedef {{ amount: number, connections: number, fetches: number, statuses: object }} Burst */

/**
 * @param {Map<string, Burst>} bursts - By guard.
 * @param {readonly string[]} kinds - Of floods.
 * @param {(name: string, kind: string) => readonly { p99: number, cpu: number }[]} resultsOf - Of
 *   every guard with every kind, one per round.
 */
export function reportFloods(bursts, kinds, resultsOf) {
  const names = [...bursts.keys()];
  const p99 = (name, kind) => resultsOf(name, kind).map((result) => result.p99);
  const slowdown = (name, kind) => ratio(p99(name, kind), p99(name, NO_TOKEN));
  const bad = kinds.filter((kind) => kind !== NO_TOKEN);
  return {
    tables: [
      burstTable(bursts),
      {
        title: 'p99 of good tokens during a flood, against a flood of requests without a token',
        columns: ['', ...bad],
        rows: names.map((name) => [name, ...bad.map((kind) => formatFigure(slowdown(name, kind)))]),
      },
      flatTable('p99 of good tokens during a flood, ms', names, kinds, p99),
      flatTable(
        'Server CPU per request of a flood, µs (including the good tokens)',
        names,
        kinds,
        (name, kind) => resultsOf(name, kind).map(({ cpu }) => cpu),
      ),
    ],
    charts: [burstChart(bursts), slowdownChart(names, slowdown)],
    figures: {
      'attack.fetches': { value: bursts.get(OWN).fetches },
      'attack.p99': withBestPeer(names, (name) => slowdown(name, MADE_UP_KID)),
    },
  };
}

function burstTable(bursts) {
  return {
    title: titleOf(bursts),
    columns: ['', 'fetches of the JWKS', 'answers'],
    rows: [...bursts].map(([name, { fetches, statuses }]) => [
      name,
      formatNumber(fetches),
      formatStatuses(statuses),
    ]),
  };
}

function titleOf(bursts) {
  const { amount, connections } = bursts.get(OWN);
  return `${formatNumber(amount)} made-up kids, ${connections} at a time`;
}

function flatTable(title, names, kinds, samplesOf) {
  const cell = (name, kind) => formatFigure(summarise(samplesOf(name, kind)));
  const rows = names.map((name) => [name, ...kinds.map((kind) => cell(name, kind))]);
  return { title, columns: ['', ...kinds], rows };
}

function withBestPeer(names, figureOf) {
  const peers = names.filter((name) => name !== OWN).map((name) => ({ name, ...figureOf(name) }));
  const bestPeer = peers.reduce((best, peer) => (peer.value < best.value ? peer : best));
  return { ...figureOf(OWN), bestPeer };
}

function burstChart(bursts) {
  return {
    title: titleOf(bursts),
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
