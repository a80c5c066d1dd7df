/**
 * Programs, bundled from source.
 *
 * @module
 */
import { symlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { root } from '../workspace/workspace.js';
import { removeWithUs } from './end-with-us.js';

/**
 * Bundles programs with the sources of the packages, so that processes run the same code as the tests, without
 * a build, and start fast. Packages from npm stay imports.
 *
 * @param programs - The paths of the programs below the root, by the names of their bundles.
 * @returns The folder of the bundles, `<name>.mjs`. It is removed when this process ends.
 */
export async function bundlePrograms(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-program-'));
  removeWithUs(folder);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const input = Object.entries(programs).map(([name, path]) => [name, join(root, path)]);
  await build({
    input: Object.fromEntries(input) as Record<string, string>,
    platform: 'node',
    resolve: { conditionNames: ['@scopegate/source', 'node', 'import', 'default'] },
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !id.startsWith('@scopegate/'),
    plugins: [{ name: 'own-url', transform: keepOwnUrl }],
    output: { dir: folder, format: 'esm', sourcemap: true, entryFileNames: '[name].mjs' },
    logLevel: 'warn',
  });
  return folder;
}

/** Modules find the files of their package by their own URL, which is not that of the bundle. */
function keepOwnUrl(code: string, path: string): { code: string; map: null } | undefined {
  if (!code.includes('import.meta.url')) return undefined;
  const url = JSON.stringify(pathToFileURL(path).href);
  return { code: code.replaceAll('import.meta.url', url), map: null };
}
