/**
 * The files of the workspace.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace, an absolute path without a trailing slash. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The members of a `package.json` that the tests read. */
export interface PackageManifest {
  readonly name: string;
  readonly version?: string;
  readonly license?: string;
  readonly engines?: { readonly node: string };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Reads the `package.json` of a folder of the workspace; `''` is the root's. */
export function readManifest(folder: string): PackageManifest {
  // A file of this repository, which npm has already read.
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as PackageManifest;
}

/** The folders below `packages/` or `examples/`, sorted. */
export function listFolders(parent: 'packages' | 'examples'): string[] {
  const entries = readdirSync(join(root, parent), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Lists the TypeScript files of a package, its unit tests included.
 *
 * @returns Paths below `src/`, with forward slashes, sorted.
 */
export function listSources(packageName: string): string[] {
  const folder = join(root, 'packages', packageName, 'src');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
}

/** Whether a source file is a unit test, which is in no tarball. */
export function isUnitTest(path: string): boolean {
  return /\.test(-d)?\.ts$/.test(path);
}

/** Folders that git does not track. */
const UNTRACKED = new Set(['.git', 'coverage', 'dist', 'node_modules', 'results']);

/**
 * Lists the files of the workspace that hold prose: code and pages, tests included.
 *
 * @param folder - From the root; default: the root itself.
 * @returns Paths from the root, with forward slashes, sorted.
 */
export function listProse(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return UNTRACKED.has(entry.name) ? [] : listProse(path);
      return /\.(?:tsx?|mjs|js|md)$|^\.ci\//.test(path) ? [path] : [];
    })
    .filter((path) => !path.startsWith('test/workspace/voice'))
    .sort();
}
