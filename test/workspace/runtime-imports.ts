/**
 * What a package loads at run time, through its siblings.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { join } from 'node:path';
import { parseModule } from './modules.js';
import { readManifest, root } from './workspace.js';

/**
 * Lists the modules outside the workspace that an entry point loads: builtins and third-party packages.
 *
 * Imports of types do not count. Siblings are read from source, module by module, so a module that no
 * import leads to does not count either.
 *
 * @param entry - Below the root, with forward slashes: `packages/web/src/index.ts`.
 * @returns The specifiers, sorted.
 */
export function listRuntimeImports(entry: string): string[] {
  const external = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const { imports } = parseModule(path, readFileSync(join(root, path), 'utf8'));
    for (const { specifier, typeOnly } of imports) {
      if (typeOnly) continue;
      const source = findSource(path, specifier);
      if (source === undefined) external.add(specifier);
      else visit(source);
    }
  };
  visit(entry);
  return [...external].sort();
}

/** Finds the source of a relative import or of a sibling; `undefined` for modules outside the workspace. */
function findSource(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    return posix.join(posix.dirname(importer), specifier).replace(/\.js$/, '.ts');
  }
  const [, name, subpath = ''] = /^@scopegate\/([\w-]+)(\/[\w/-]+)?$/.exec(specifier) ?? [];
  if (name === undefined || !existsSync(join(root, 'packages', name))) return undefined;
  const target = readManifest(`packages/${name}`).exports?.[`.${subpath}`];
  const source = typeof target === 'object' ? target['@scopegate/source'] : undefined;
  if (source === undefined) throw new Error(`${specifier} has no source`);
  return posix.join('packages', name, source);
}
