/**
 * How long imports take, each in a new process.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { timeImport } from '../measure/import-cost.mjs';
import { alternate } from './rounds.mjs';

/** @returns {Promise<Map<string, { own: number[], base: number[] }>>} */
export function compareStart(folders, { compareRounds }) {
  const entry = (side, name) =>
    pathToFileURL(join(folders[side], 'packages', name, 'dist/index.js')).href;
  const rows = new Map(
    ['express', 'access-token', 'client', 'testing'].map((name) => [
      `import @scopegate/${name}`,
      { own: entry('own', name), base: entry('base', name) },
    ]),
  );
  return alternate(rows, compareRounds, (url) => timeImport(url).wallMs);
}
