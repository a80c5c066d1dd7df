/**
 * Reports the load test: throughput, CPU and latency of every guard, compared with the bare route.
 */
import { difference, ratio, summarise } from '../measure/statistics.mjs';
import { BARE } from '../peers/contestants.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';
import { OWN } from '../settings.mjs';

/**
 * @param {Map<string, Map<string, object[]>>} measured - Per scenario and guard, one per round.
 * @returns {import('../report/results.mjs').Measurement}
 */
export function reportLoad(measured) {
  const scenarios = [...measured].map(([name, rounds]) => [name, compare(rounds)]);
  return {
    about:
      'Express 5, one guarded route, one process on one core; autocannon on another, 64 ' +
      'connections. "No guard" is the same route without one, called with the same headers. "Every ' +
      'token new" never sends a token twice, and starts when all caches are full.',
    tables: scenarios.map(([name, rows]) => tableOf(name, rows)),
    charts: scenarios.flatMap(([name, rows]) => chartsOf(name, rows)),
    figures: figuresOf(scenarios.map(([, rows]) => rows)),
  };
}

/** One row per guard; ratios and differences are within a round. */
function compare(rounds) {
  const column = (results, name) => results.map((result) => result[name]);
  const bare = rounds.get(BARE);
  return [...rounds].map(([guard, results]) => ({
    guard,
    kept: ratio(column(results, 'perSecond'), column(bare, 'perSecond')),
    perSecond: summarise(column(results, 'perSecond')),
    p50: summarise(column(results, 'p50')),
    p99: summarise(column(results, 'p99')),
    cpu: summarise(column(results, 'cpuPerRequest')),
    added: difference(column(results, 'cpuPerRequest'), column(bare, 'cpuPerRequest')),
    loadBusy: summarise(column(results, 'loadBusy')),
  }));
}

function tableOf(scenario, rows) {
  const medianOf = ({ value }) => formatNumber(value);
  const busiest = Math.max(...rows.map(({ loadBusy }) => loadBusy.high));
  return {
    title: `Over HTTP, ${scenario}`,
    columns: [
      '',
      'requests/s against no guard',
      'server CPU added, µs per request',
      'server CPU, µs',
      'requests/s',
      'p50, ms',
      'p99, ms',
    ],
    rows: rows.map(({ guard, kept, added, cpu, perSecond, p50, p99 }) => [
      guard,
      formatFigure(kept),
      guard === BARE ? '–' : formatFigure(added),
      ...[cpu, perSecond, p50, p99].map(medianOf),
    ]),
    note: `The load generator used at most ${formatNumber(busiest * 100)} % of its core.`,
  };
}

function chartsOf(scenario, rows) {
  const guards = rows.filter(({ guard }) => guard !== BARE);
  const bars = (name) =>
    guards.map((row) => ({
      label: row.guard,
      kind: row.guard === OWN ? 'own' : 'peer',
      ...row[name],
    }));
  return [
    {
      title: `Over HTTP, ${scenario}: throughput`,
      unit: 'requests/s against the route without a guard',
      better: 'higher',
      bars: bars('kept'),
    },
    {
      title: `Over HTTP, ${scenario}: server CPU`,
      unit: 'µs added per request',
      better: 'lower',
      bars: bars('added'),
    },
  ];
}

function figuresOf([same, known, cold]) {
  const own = (rows) => rows.find(({ guard }) => guard === OWN);
  const peers = cold.filter(({ guard }) => guard !== OWN && guard !== BARE);
  const best = peers.reduce((first, peer) => (peer.kept.value > first.kept.value ? peer : first));
  return {
    'http.same': own(same).kept,
    'http.known': own(known).kept,
    'http.cold': { ...own(cold).kept, bestPeer: { name: best.guard, ...best.kept } },
    'http.added': own(same).added,
    'http.added-known': own(known).added,
  };
}
