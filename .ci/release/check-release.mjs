// @ts-check
/**
 * Lists what is missing before the packages can be published: `npm run release:check`.
 *
 * Exits with 1 if anything is. It reads the sources and needs no build; `npm run check:packages`
 * checks the tarballs.
 */
import { listFindings } from './findings.mjs';
import { readOwner } from './owner.mjs';
import { readManifest, root } from './workspace.mjs';

const { owner, mistakes } = readOwner(readManifest(root));
const findings = listFindings(root, owner);

/**
 * @param {string} title
 * @param {readonly string[]} lines
 */
function printList(title, lines) {
  if (lines.length === 0) return;
  console.log(`${title}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

printList('Only the owner of the repository can give:', mistakes);
printList('A maintainer has to fix:', findings);
if (mistakes.length > 0) {
  console.log('Afterwards, run "npm run release:manifests", which writes them into each package.');
}
if (mistakes.length + findings.length > 0) process.exitCode = 1;
else console.log('Nothing is missing.');
console.log(
  'Not checked: the tarballs (run "npm run check:packages"), and the settings of npm and GitHub (docs/releasing.md lists them).',
);
