/**
 * Worker programs, bundled from source.
 *
 * @module
 */
import { join } from 'node:path';
import { bundlePrograms } from '../../support/bundle-programs.js';

const bundles = new Map<string, Promise<string>>();

/**
 * Bundles a worker, once.
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
  const folder = await bundlePrograms({ [name]: `test/fleet/workers/${name}.ts` });
  return join(folder, `${name}.mjs`);
}
