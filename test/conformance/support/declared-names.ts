/**
 * The names that packages declare, for tests that watch for a feature.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../../support/workspace.js';

/** The packages of the resource server. */
const RESOURCE_SERVER = ['protocol', 'access-token', 'express'];
const DECLARED = /\b(?:readonly|function|const|class|interface|type) (\w+)/g;

/**
 * The sources of packages, tests left out.
 *
 * @defaultValue `packages`: those of the resource server
 */
export function readSources(packages: readonly string[] = RESOURCE_SERVER): readonly string[] {
  return packages.flatMap((name) => {
    const folder = join(root, 'packages', name, 'src');
    return readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8'));
  });
}

/** Says whether an option, member, type or function is declared under such a name. */
export function isDeclared(pattern: RegExp, packages?: readonly string[]): boolean {
  return readSources(packages).some((text) =>
    [...text.matchAll(DECLARED)].some(([, name = '']) => pattern.test(name)),
  );
}
