/**
 * The sources of packages.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isUnitTest, listSources, root } from '../../workspace/workspace.js';

/** The packages of the resource server. */
export const RESOURCE_SERVER_PACKAGES = [
  'protocol',
  'access-token',
  'resource-server',
  'express',
  'fastify',
  'web',
] as const;

/**
 * Reads the sources of packages, without tests.
 *
 * @param packages - The packages of the resource server by default.
 */
export function readSources(
  packages: readonly string[] = RESOURCE_SERVER_PACKAGES,
): readonly string[] {
  return packages.flatMap((name) =>
    listSources(name)
      .filter((path) => !isUnitTest(path))
      .map((path) => readFileSync(join(root, 'packages', name, 'src', path), 'utf8')),
  );
}
