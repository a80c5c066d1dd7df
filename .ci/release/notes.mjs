/**
 * `node .ci/release/notes.mjs <version>` prints the notes of a release: what the changelogs of the packages
 * say about that version, each change once, with the packages that it concerns.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The headings of changesets, the largest bump first. */
const HEADINGS = ['Major Changes', 'Minor Changes', 'Patch Changes', ''];

/** Reads the changelogs, by the name of the package. */
export function readChangelogs(root) {
  const changelogs = new Map();
  for (const folder of readdirSync(join(root, 'packages')).sort()) {
    const path = join(root, 'packages', folder, 'CHANGELOG.md');
    if (existsSync(path)) changelogs.set(`@scopegate/${folder}`, readFileSync(path, 'utf8'));
  }
  return changelogs;
}

/**
 * Formats the notes as Markdown.
 *
 * @param changelogs - As changesets writes them, by the name of the package.
 * @throws Error No changelog has the version.
 */
export function formatNotes(version, changelogs) {
  const changes = new Map();
  let isKnown = false;
  for (const [name, changelog] of changelogs) {
    const section = `\n${changelog}`
      .split(/\n(?=## )/)
      .find((each) => each.split('\n')[0] === `## ${version}`);
    if (section === undefined) continue;
    isKnown = true;
    for (const { heading, change } of readChanges(section)) {
      const { level = '', names = [] } = changes.get(change) ?? {};
      changes.set(change, { level: largerOf(level, heading), names: [...names, name] });
    }
  }
  if (!isKnown)
    throw new Error(`no changelog has version ${version}; run "npm run release:version"`);
  return HEADINGS.map((heading) => {
    const lines = [...changes]
      .filter(([, { level }]) => level === heading)
      .map(([change, { names }]) => formatChange(change, names, changelogs.size));
    if (lines.length === 0) return '';
    return `${heading === '' ? '' : `### ${heading}\n\n`}${lines.join('\n')}\n`;
  })
    .filter((part) => part !== '')
    .join('\n');
}

/** A change can have another bump in each package; the largest one decides where it is listed. */
function largerOf(one, other) {
  return HEADINGS[Math.min(HEADINGS.indexOf(one), HEADINGS.indexOf(other))];
}

/** The changes of one version, without those that only repeat the versions of other packages. */
function readChanges(section) {
  return section.split(/\n(?=### )/).flatMap((part) => {
    const heading = /^### (.*)/.exec(part)?.[1] ?? '';
    const text = part.replace(/^##.*\n/, '').trim();
    if (text === '') return [];
    return text
      .split(/\n(?=- )/)
      .map((each) => each.replace(/^- (?:[0-9a-f]{7,40}: )?/, '').trim())
      .filter((change) => !/^(?:Updated dependencies\b|@scopegate\/[\w-]+@\S+$)/.test(change))
      .map((change) => ({ heading, change }));
  });
}

function formatChange(change, names, total) {
  const where = names.length === total ? '' : ` (${names.map((name) => `\`${name}\``).join(', ')})`;
  const [first, ...rest] = change.split('\n');
  return [`- ${first}${where}`, ...rest].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [version] = process.argv.slice(2);
  if (version === undefined) throw new TypeError('notes.mjs requires a version');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  process.stdout.write(formatNotes(version, readChangelogs(root)));
}
