// @ts-check
/**
 * Writes what the root's `package.json` says about the project into the manifest of each package.
 *
 * `npm run release:manifests`, after the owner has changed `repository`, `homepage` or `bugs`, or a
 * package was added. Members that the root does not have are removed from the packages.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deriveManifest, listDifferences } from './manifests.mjs';
import { readOwner } from './owner.mjs';
import { listPackages, readManifest, root } from './workspace.mjs';

const { owner, mistakes } = readOwner(readManifest(root));

for (const folder of listPackages(root)) {
  const manifest = readManifest(join(root, folder));
  const derived = deriveManifest(manifest, folder, owner);
  const differences = listDifferences(manifest, derived);
  if (differences.length === 0) continue;
  writeFileSync(join(root, folder, 'package.json'), `${JSON.stringify(derived, null, 2)}\n`);
  console.log(`${folder}/package.json: wrote ${differences.join(', ')}`);
}
for (const mistake of mistakes) console.log(`not written: ${mistake}`);
