/**
 * Names that packages declare, to see whether a feature is implemented.
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
const DECLARED = /\b(?:readonly|function|const|class|interface|type) (\w+)/g;

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

/** Whether an option, member, type or function is declared under such a name. */
export function isDeclared(pattern: RegExp, packages?: readonly string[]): boolean {
  return readSources(packages).some((text) =>
    [...text.matchAll(DECLARED)].some(([, name = '']) => pattern.test(name)),
  );
}
