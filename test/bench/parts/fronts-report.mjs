/**
 * Reports what a guard costs on every front, compared with the open route of the same front.
 */
import { difference, ratio, summarise } from '../measure/statistics.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';

/**
 * @param {Map<string, Record<string, object[]>>} measured - By front and kind, one result per round.
 * @param {import('./fronts-checks.mjs').Checks} checks
 * @returns {import('../report/results.mjs').Measurement}
 */
export function reportFronts(measured, checks) {
  const rows = [...measured].map(([front, kinds]) => compare(front, kinds));
  return {
    about:
      'One route by each front, with one known token: the guarded route against the open one of the ' +
      'same front, each in a process on one core; autocannon on another, 64 connections. The ' +
      'servers of a front are measured one after the other, and take turns in being first. ' +
      '"Web standard" and Hono are served by `node:http` with @hono/node-server. The minimum is a ' +
      'route that only reads `Authorization` and sets `Vary`, which no guard can do without.',
    tables: [tableOf(rows), checks.table],
    charts: [
      {
        title: 'Guarded routes by front, same token',
        unit: 'requests/s against the open route of the front',
        better: 'higher',
        bars: rows.map(({ front, kept }) => ({ label: front, kind: 'own', ...kept })),
      },
    ],
    figures: {
      ...Object.fromEntries(rows.map(({ front, kept }) => [`fronts.${front}`, kept])),
      ...checks.figures,
    },
  };
}

/** Ratios and differences are within a round. */
function compare(front, { open, minimum, guarded }) {
  const column = (results, name) => results.map((result) => result[name]);
  const both = (name) => [column(guarded, name), column(open, name)];
  return {
    front,
    kept: ratio(...both('perSecond')),
    minimum: ratio(column(minimum, 'perSecond'), column(open, 'perSecond')),
    added: difference(...both('cpuPerRequest')),
    cpuRatio: ratio(column(open, 'cpuPerRequest'), column(guarded, 'cpuPerRequest')),
    cpu: both('cpuPerRequest').map(summarise),
    perSecond: both('perSecond').map(summarise),
    loadBusy: summarise([...column(open, 'loadBusy'), ...column(guarded, 'loadBusy')]),
  };
}

function tableOf(rows) {
  const busiest = Math.max(...rows.map(({ loadBusy }) => loadBusy.high));
  const medians = (figures) => figures.map(({ value }) => formatNumber(value)).join(' / ');
  return {
    title: 'Guarded routes by front, same token',
    columns: [
      '',
      'requests/s against the open route',
      'the same of the minimum',
      'open route against guarded, by server CPU',
      'server CPU added, µs per request',
      'server CPU, µs: guarded / open',
      'requests/s: guarded / open',
    ],
    rows: rows.map(({ front, kept, minimum, cpuRatio, added, cpu, perSecond }) => [
      front,
      ...[kept, minimum, cpuRatio, added].map(formatFigure),
      medians(cpu),
      medians(perSecond),
    ]),
    note: `The load generator used at most ${formatNumber(busiest * 100)} % of its core.`,
  };
}
