/**
 * How long imports take, each in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { alternate } from './rounds.mjs';

const PROGRAM =
  'const start = performance.now(); await import(process.argv[1]);' +
  'process.stdout.write(String(performance.now() - start));';

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
  return alternate(rows, compareRounds, importOnce);
}

/** @returns {number} Milliseconds. */
export function importOnce(url) {
  const { stdout, status } = spawnSync(process.execPath, [
    '--input-type=module',
    '-e',
    PROGRAM,
    url,
  ]);
  if (status !== 0) throw new Error(`${url} cannot be imported`);
  return Number(stdout);
}
