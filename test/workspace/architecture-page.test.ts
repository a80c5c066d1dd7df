import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGES } from './rooms.js';
import { listSources, root } from './workspace.js';

const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** The section of a package, without its heading. */
function sectionOf(name: string): string {
  const [, section = ''] = page.split(`\n### ${name}\n`);
  return section.split(/\n##/, 1)[0] ?? '';
}

describe('docs/architecture.md', () => {
  it('names files that exist', () => {
    const files = Object.keys(PACKAGES).flatMap((name) => listSources(name));
    const rooms = new Set(
      files.filter((path) => path.includes('/')).map((path) => posix.dirname(path)),
    );
    const named = [...page.matchAll(/(?<![\w/])([a-z-]+\/[a-z-]+)(?:\.ts)?(?![\w/-])/g)]
      .map(([, path = '']) => path)
      .filter((path) => rooms.has(posix.dirname(path)));
    expect(named).toContain('keys/remote-key-set');
    expect(named.filter((path) => !files.includes(`${path}.ts`))).toEqual([]);
  });
});

describe.each(Object.entries(PACKAGES))('docs/architecture.md › %s', (name, { rooms }) => {
  it('lists the rows of the table', () => {
    const rows = rooms.map((row) => row.join(' · ')).join(' → ');
    expect(
      sectionOf(name),
      `the section "### ${name}" must have the rows of test/workspace/rooms.ts: \`${rows}\``,
    ).toContain(`\`${rows}\``);
  });

  it('describes every folder, and no other', () => {
    const described = sectionOf(name)
      .split('\n')
      .filter((line) => line.startsWith('- '))
      .flatMap((line) => line.split(/[:,] (?!`)/, 1))
      .flatMap((names) => [...names.matchAll(/`([a-z-]+\/)`/g)].map(([, room]) => room));
    const folders = rooms.flat().filter((room) => room.endsWith('/'));
    expect(
      described.sort(),
      `the section "### ${name}" must have an item "- \`folder/\`: what it is" for each folder of test/workspace/rooms.ts`,
    ).toEqual([...folders].sort());
  });
});
