// @ts-check
/**
 * Replaces the README of a package while it is packed, and restores it.
 *
 * The folder `.packing` of the package keeps both READMEs, so an interrupted run can be undone at
 * any step, and an edit that was made in between is found, because it equals neither of them.
 *
 * @module
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Is in no tarball, because no `files` list it. Git ignores it. */
export const PACKING_FOLDER = '.packing';

/**
 * Replaces the README. What an interrupted run has left is restored first.
 *
 * @param {string} folder - Of the package.
 * @param {(original: string) => string} rewrite - Returns the README of the tarball, or throws; then nothing changes.
 * @throws Error The README was edited while an earlier run had replaced it.
 */
export function replaceReadme(folder, rewrite) {
  restoreReadme(folder);
  const { state, readme, original, packed, next } = pathsOf(folder);
  const text = rewrite(readFileSync(readme, 'utf8'));
  mkdirSync(state);
  copyFileSync(readme, original);
  writeFileSync(next, text);
  copyFileSync(next, packed);
  renameSync(next, readme);
}

/**
 * Restores the README, if it is replaced.
 *
 * @param {string} folder - Of the package.
 * @throws Error The README was edited while it was replaced. It is left as it is.
 */
export function restoreReadme(folder) {
  const { state, readme, original, packed } = pathsOf(folder);
  // Without both files, the README is not replaced yet, or is restored already.
  if (existsSync(original) && existsSync(packed)) {
    const current = readFileSync(readme);
    if (current.equals(readFileSync(packed))) renameSync(original, readme);
    else if (!current.equals(readFileSync(original))) {
      throw new Error(
        `${readme} was edited while the package was packed, and was left as it is: ` +
          `compare it with ${original}, which it had replaced, and delete the folder ${state}`,
      );
    }
  }
  rmSync(state, { recursive: true, force: true });
}

/** @param {string} folder - Of the package. */
function pathsOf(folder) {
  const state = join(folder, PACKING_FOLDER);
  return {
    state,
    readme: join(folder, 'README.md'),
    original: join(state, 'original.md'),
    packed: join(state, 'packed.md'),
    next: join(state, 'next.md'),
  };
}
