/**
 * The entry points by which packages export their declarations.
 *
 * @module
 */
import { type Declaration, keyOf, listExports, resolveExport } from './declarations.js';
import { entryFile, listEntries } from './entry-points.js';

/** Where users import a declaration from. */
export interface Home {
  readonly packageName: string;
  readonly specifier: string;
  readonly name: string;
}

const homes = new Map<string, ReadonlyMap<string, Home>>();

/** The entry point by which the package of a declaration exports it. */
export function findHome(declaration: Declaration): Home | undefined {
  const [, packageName = ''] = declaration.file.split('/');
  let known = homes.get(packageName);
  if (known === undefined) {
    known = new Map(
      listEntries(packageName)
        .reverse()
        .flatMap((entry) => listHomes(packageName, entry)),
    );
    homes.set(packageName, known);
  }
  return known.get(keyOf({ kind: 'declared', declaration }));
}

function listHomes(packageName: string, entry: string): [string, Home][] {
  const file = entryFile(packageName, entry) ?? '';
  const specifier = `@scopegate/${packageName}${entry.slice(1)}`;
  return listExports(file).map(({ name }) => [
    keyOf(resolveExport(file, name)),
    { packageName, specifier, name },
  ]);
}
