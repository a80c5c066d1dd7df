/**
 * The entry points of the packages, by their manifests.
 *
 * @module
 */
import { posix } from 'node:path';
import { readManifest } from '../workspace/workspace.js';

/** Lists the entry points of a package that users may import: `.` and `./providers`, for example. */
export function listEntries(packageName: string): string[] {
  const entries = Object.keys(readManifest(`packages/${packageName}`).exports ?? {});
  return entries.filter((entry) => entry !== './internal' && entry !== './package.json').sort();
}

/** The file of an entry point: `./providers` of `packages/express`, for example. */
export function entryFile(packageName: string, entry: string): string | undefined {
  const target = readManifest(`packages/${packageName}`).exports?.[entry];
  const source = typeof target === 'object' ? target['@scopegate/source'] : undefined;
  return source && posix.join('packages', packageName, source);
}
