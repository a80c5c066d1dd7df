/**
 * The cost of a call as a quantity grows.
 */
import { formatFigure, formatNumber } from '../report/format.mjs';
import { stringMaker } from './call-cost.mjs';
import { interleave } from './rounds.mjs';
import { ratio, summarise } from './statistics.mjs';

/**
 * Measures series of callers, all in the same rounds.
 *
 * @param {readonly number[]} sizes
 * @param {Record<string, readonly import('./call-cost.mjs').Caller[]>} series - One per size.
 * @param {{ rounds: number, batchMs: number }} settings
 * @returns {Promise<Record<string, number[][]>>} Per series and size: net µs, one per round.
 */
export async function measureGrowth(sizes, series, { rounds, batchMs }) {
  const contestants = new Map();
  for (const [name, callers] of Object.entries(series)) {
    callers.forEach((caller, place) => {
      contestants.set(`${name} ${place}`, caller);
      contestants.set(`${name} ${place} string`, stringMaker(caller.tokens));
    });
  }
  await interleave(contestants, 1, (caller) => caller.run(batchMs));
  const all = await interleave(contestants, rounds, (caller) => caller.run(batchMs / 2));
  const net = (name, place) => {
    const making = all.get(`${name} ${place} string`);
    return all.get(`${name} ${place}`).map((cost, round) => cost - making[round]);
  };
  const names = Object.keys(series);
  return Object.fromEntries(names.map((name) => [name, sizes.map((_, place) => net(name, place))]));
}

/**
 * Creates the table, the chart and the figure for one quantity that grows.
 *
 * @param {{ what: string, id: string, sizes: readonly number[], own: string, note?: string }} subject
 *   `own` is the series that the chart shows and that the figure is about.
 */
export function reportGrowth({ what, id, sizes, own, note }, costs) {
  const title = `Cost of a request as ${what} grow: µs`;
  const growth = (all) => ratio(all.at(-1), all[0]);
  return {
    table: {
      title,
      columns: ['', ...sizes.map(formatNumber), 'last against first'],
      rows: Object.entries(costs).map(([name, all]) => [
        name,
        ...all.map((samples) => formatNumber(summarise(samples).value)),
        formatFigure(growth(all)),
      ]),
      ...(note && { note }),
    },
    chart: {
      title: `${what[0].toUpperCase()}${what.slice(1)}: ${own}`,
      unit: 'µs per request',
      better: 'lower',
      bars: sizes.map((size, place) => ({
        label: formatNumber(size),
        kind: 'own',
        ...summarise(costs[own][place]),
      })),
    },
    figures: { [id]: growth(costs[own]) },
  };
}
