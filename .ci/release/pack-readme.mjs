// @ts-check
/**
 * Prepares a package for `npm pack` and `npm publish`: its script `prepack`, which npm runs in the
 * folder of the package. Replaces its README by that of the tarball, until `restore-readme.mjs` runs.
 *
 * Fails if the package is not built, because npm would pack it without its code.
 */
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { readOwner } from './owner.mjs';
import { replaceReadme } from './packing-state.mjs';
import { rewriteReadme, tagOf } from './tarball-readme.mjs';
import { readManifest, root } from './workspace.mjs';

const folder = process.cwd();
const manifest = readManifest(folder);

/** @returns {string[]} The built files that the manifest names and that do not exist. */
function listMissingFiles() {
  const targets = JSON.stringify([manifest.exports, manifest.bin]).match(
    /(?<=")\.\/(?:bin|dist)\/[^"]+/g,
  );
  return (targets ?? []).filter((path) => !existsSync(join(folder, path)));
}

try {
  const missing = listMissingFiles();
  if (missing.length > 0) {
    throw new Error(
      `${manifest.name}: its package.json names files that do not exist (${missing.join(', ')}); run "npm run build", or correct it`,
    );
  }
  const { owner } = readOwner(readManifest(root));
  replaceReadme(folder, (original) =>
    rewriteReadme(original, {
      root,
      folder: relative(root, folder).split(sep).join('/'),
      tag: tagOf(manifest),
      files: manifest.files ?? [],
      repository: owner.repository,
    }),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
