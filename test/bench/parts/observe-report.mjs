/**
 * Reports what observers cost: throughput and CPU against the server that is not observed, and the calls.
 */
import { difference, ratio, summarise } from '../measure/statistics.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';

/** The server that all others are compared with. */
export const UNOBSERVED = 'unobserved';

/** The figures that targets refer to, by server. */
const FIGURES = {
  'telemetry: metrics': 'observe.telemetry',
  'recorder of privileges': 'observe.recorder',
  'inspector, no page': 'observe.inspector',
  'inspector, an open page': 'observe.page',
  'all three, no page': 'observe.all',
};

/**
 * A measurement of a server, and one of the server that is not observed, right before or after it.
 *
 * @typedef {{ own: object, base: object }} Pair
 */

/**
 * @param {Map<string, Pair[]>} measured - By server, one pair per round.
 * @param {import('./observe-calls.mjs').ObservedCalls} calls
 * @returns {import('../report/results.mjs').Measurement}
 */
export function reportObserved(measured, calls) {
  const observed = [...measured].map(([name, pairs]) => compare(name, pairs));
  const unobserved = [...measured.values()].flatMap((pairs) => pairs.map(({ base }) => base));
  return {
    about:
      'Express 5, one guarded route, one known token, one process on one core; autocannon on another, 64 ' +
      'connections. All servers run the same app. The metrics are those of the SDK of OpenTelemetry, collected ' +
      'every five seconds. The page reads the stream and the overview, on the core of the load.',
    tables: [tableOf(observed, unobserved), calls.table],
    charts: [
      {
        title: 'Observed servers: throughput',
        unit: 'requests/s against the server that is not observed',
        better: 'higher',
        bars: observed.map(({ name, kept }) => ({ label: name, kind: 'reference', ...kept })),
      },
      calls.chart,
    ],
    figures: {
      ...Object.fromEntries(observed.map(({ name, kept }) => [FIGURES[name], kept])),
      ...calls.figures,
    },
  };
}

/** Ratios and differences are those of pairs. */
function compare(name, pairs) {
  const own = pairs.map((pair) => pair.own);
  const base = pairs.map((pair) => pair.base);
  return {
    name,
    ...describe(own),
    kept: ratio(column(own, 'perSecond'), column(base, 'perSecond')),
    added: difference(column(own, 'cpuPerRequest'), column(base, 'cpuPerRequest')),
  };
}

function describe(results) {
  return {
    cpu: summarise(column(results, 'cpuPerRequest')),
    perSecond: summarise(column(results, 'perSecond')),
    p99: summarise(column(results, 'p99')),
    loadBusy: summarise(column(results, 'loadBusy')),
  };
}

function column(results, name) {
  return results.map((result) => result[name]);
}

function tableOf(observed, unobserved) {
  const rows = [{ name: UNOBSERVED, ...describe(unobserved) }, ...observed];
  const busiest = Math.max(...rows.map(({ loadBusy }) => loadBusy.high));
  return {
    title: 'Over HTTP, one known token',
    columns: [
      '',
      'requests/s against unobserved',
      'server CPU added, µs per request',
      'server CPU, µs',
      'requests/s',
      'p99, ms',
    ],
    rows: rows.map(({ name, kept, added, cpu, perSecond, p99 }) => [
      name,
      formatFigure(kept),
      formatFigure(added),
      ...[cpu, perSecond, p99].map(({ value }) => formatNumber(value)),
    ]),
    note: `The load generator used at most ${formatNumber(busiest * 100)} % of its core.`,
  };
}
