// @ts-check
/**
 * The packages of the workspace and their manifests.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace that these programs are in. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * The members of a manifest that the programs read and write.
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {readonly string[]} [files]
 * @property {string} [license]
 * @property {unknown} [exports]
 * @property {Readonly<Record<string, string>>} [bin]
 * @property {Readonly<Record<string, string>>} [scripts]
 * @property {Readonly<Record<string, string>>} [dependencies]
 * @property {Readonly<Record<string, string>>} [peerDependencies]
 * @property {Readonly<Record<string, string>>} [devDependencies]
 */

/**
 * @param {string} workspace - A folder.
 * @returns {string[]} The folders of its packages from there, with forward slashes, sorted.
 */
export function listPackages(workspace) {
  return readdirSync(join(workspace, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `packages/${name}`)
    .sort();
}

/**
 * @param {string} folder - Has a `package.json`, which npm has already read.
 * @returns {Manifest & Record<string, unknown>}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
