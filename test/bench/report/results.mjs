/**
 * Results as files: the newest of each part.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { drawCharts } from './chart.mjs';

/**
 * What a part returns.
 *
 * @typedef {object} Measurement
 * @property {string} about - What was done, in a few sentences.
 * @property {readonly import('./table.mjs').Table[]} tables
 * @property {readonly import('./chart.mjs').Chart[]} charts
 * @property {Readonly<Record<string, object>>} figures - The figures that targets refer to, by id.
 */

/** The parts, in the order they run. */
export const PARTS = [
  'verify',
  'http',
  'fronts',
  'observe',
  'dpop',
  'encryption',
  'revocation',
  'introspection',
  'fleet',
  'attack',
  'memory',
  'scale',
  'start',
];

const KEPT = new URL('../results/', import.meta.url);
// Results of quick runs are not kept under version control.
const PASSING = new URL('../node_modules/.cache/scopegate-bench/', import.meta.url);

/** The folder of the results. */
export function resultsFolder(isQuick) {
  return isQuick ? PASSING : KEPT;
}

/** Writes the JSON and the chart of a part. */
export function writeResult(folder, part, { charts, ...result }) {
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ ...result, charts }, null, 2);
  writeFileSync(new URL(`${part}.json`, folder), `${text}\n`);
  writeFileSync(new URL(`${part}.svg`, folder), drawCharts(charts));
}

/** @returns {Map<string, any>} The available results, by part. */
export function readResults(folder) {
  const file = (part) => new URL(`${part}.json`, folder);
  return new Map(
    PARTS.filter((part) => existsSync(file(part))).map((part) => [
      part,
      JSON.parse(readFileSync(file(part), 'utf8')),
    ]),
  );
}
