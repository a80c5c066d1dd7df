/**
 * `node .ci/release/notes.mjs <version>` prints the notes of a release: what the changelogs of the packages
 * say about that version, each change once, with the packages that it concerns.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  const headings = new Map();
  let isKnown = false;
  for (const [name, changelog] of changelogs) {
    const section = `\n${changelog}`
      .split(/\n(?=## )/)
      .find((each) => each.split('\n')[0] === `## ${version}`);
    if (section === undefined) continue;
    isKnown = true;
    for (const { heading, change } of readChanges(section)) {
      const changes = headings.get(heading) ?? new Map();
      headings.set(heading, changes.set(change, [...(changes.get(change) ?? []), name]));
    }
  }
  if (!isKnown)
    throw new Error(`no changelog has version ${version}; run "npm run release:version"`);
  return ['Major Changes', 'Minor Changes', 'Patch Changes', '']
    .filter((heading) => headings.has(heading))
    .map((heading) => {
      const changes = [...headings.get(heading)].map(([change, names]) =>
        formatChange(change, names, changelogs.size),
      );
      return `${heading === '' ? '' : `### ${heading}\n\n`}${changes.join('\n')}\n`;
    })
    .join('\n');
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
