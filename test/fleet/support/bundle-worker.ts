/**
 * Worker programs, bundled from source.
 *
 * @module
 */
import { symlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { build } from 'rolldown';
import { removeWithUs } from '../../support/end-with-us.js';
import { root } from '../../workspace/workspace.js';

const bundles = new Map<string, Promise<string>>();

/**
 * Bundles a worker with the sources of the packages, so that processes run the same code as the tests, without
 * a build, and start fast. Packages from npm stay imports.
 *
 * @param name - Of a file in `test/fleet/workers/`, without `.ts`.
 * @returns The path of the program, which is removed when this process ends.
 */
export function bundleWorker(name: string): Promise<string> {
  const known = bundles.get(name);
  if (known !== undefined) return known;
  const bundle = writeBundle(name);
  bundles.set(name, bundle);
  return bundle;
}

async function writeBundle(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-worker-'));
  removeWithUs(folder);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const file = join(folder, `${name}.mjs`);
  await build({
    input: join(root, 'test/fleet/workers', `${name}.ts`),
    platform: 'node',
    resolve: { conditionNames: ['@scopegate/source', 'node', 'import', 'default'] },
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !id.startsWith('@scopegate/'),
    output: { file, format: 'esm', sourcemap: true },
    logLevel: 'warn',
  });
  return file;
}
