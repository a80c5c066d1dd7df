// @ts-check
/**
 * What maintainers have to fix before a release, as far as the sources show it.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listDeadLinks } from './dead-links.mjs';
import { deriveManifest, listDifferences } from './manifests.mjs';
import { PACKING_FOLDER } from './packing-state.mjs';
import { listPackages, readManifest } from './workspace.mjs';

/**
 * @param {string} workspace - A folder.
 * @param {import('./owner.mjs').Owner} owner
 * @returns {string[]} A line for each finding, with what to do.
 */
export function listFindings(workspace, owner) {
  const folders = listPackages(workspace);
  return [
    ...folders.flatMap((folder) => [
      ...checkManifest(workspace, folder, owner),
      ...checkLicense(workspace, folder),
    ]),
    ...checkReadmes(workspace, folders),
    ...checkVersions(workspace, folders),
    ...checkChangelogs(workspace, folders),
  ];
}

/**
 * @param {string} workspace
 * @param {string} folder
 * @param {import('./owner.mjs').Owner} owner
 * @returns {string[]}
 */
function checkManifest(workspace, folder, owner) {
  const manifest = readManifest(join(workspace, folder));
  const differences = listDifferences(manifest, deriveManifest(manifest, folder, owner));
  if (differences.length === 0) return [];
  const members = differences.map((name) => `"${name}"`).join(', ');
  return [
    `${folder}/package.json: ${members} must follow from the root; run "npm run release:manifests"`,
  ];
}

/**
 * @param {string} workspace
 * @param {string} folder
 * @returns {string[]}
 */
function checkLicense(workspace, folder) {
  const [ours, root] = [`${folder}/LICENSE`, 'LICENSE'].map((path) => readText(workspace, path));
  if (ours === root) return [];
  return [`${folder}/LICENSE: must be the LICENSE of the root; copy it`];
}

/**
 * @param {string} workspace
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
function checkReadmes(workspace, folders) {
  const readmes = folders.map((folder) => `${folder}/README.md`);
  const [present, missing] = [true, false].map((isPresent) =>
    readmes.filter((readme) => existsSync(join(workspace, readme)) === isPresent),
  );
  const packing = folders.filter((folder) => existsSync(join(workspace, folder, PACKING_FOLDER)));
  return [
    ...packing.map(
      (folder) =>
        `${folder}/README.md: may be that of the tarball, because packing was interrupted; run "node .ci/release/restore-readme.mjs ${folder}"`,
    ),
    ...(missing ?? []).map((readme) => `${readme}: is missing; write it`),
    ...listDeadLinks(workspace, present ?? []),
  ];
}

/**
 * The packages are released together, and each depends on exactly the version of its siblings.
 *
 * @param {string} workspace
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
function checkVersions(workspace, folders) {
  const manifests = folders.map((folder) => readManifest(join(workspace, folder)));
  const names = new Set(manifests.map(({ name }) => name));
  const [{ version = '' } = {}] = manifests;
  return manifests.flatMap((manifest, index) => {
    const path = `${folders[index]}/package.json`;
    const own =
      manifest.version === version
        ? []
        : [
            `${path}: "version" must be ${version}, as in ${folders[0]}; run "npm run release:version"`,
          ];
    const { dependencies, devDependencies, peerDependencies } = manifest;
    const wrong = Object.entries({ ...devDependencies, ...peerDependencies, ...dependencies })
      .filter(([name, range]) => names.has(name) && range !== version)
      .map(([name]) => `${path}: must depend on ${name} ${version}; correct the version`);
    return [...own, ...wrong];
  });
}

/**
 * Once changesets has written changelogs, each package has an entry for its version.
 *
 * @param {string} workspace
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
function checkChangelogs(workspace, folders) {
  const changelogs = folders.map((folder) => readText(workspace, `${folder}/CHANGELOG.md`));
  if (changelogs.every((changelog) => changelog === undefined)) return [];
  return folders.flatMap((folder, index) => {
    const { version } = readManifest(join(workspace, folder));
    const lines = changelogs[index]?.split(/\r?\n/) ?? [];
    if (lines.includes(`## ${version}`)) return [];
    return [
      `${folder}/CHANGELOG.md: must have the heading "## ${version}"; run "npm run release:version"`,
    ];
  });
}

/**
 * @param {string} workspace
 * @param {string} path
 * @returns {string | undefined} Without the file: `undefined`.
 */
function readText(workspace, path) {
  const file = join(workspace, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
