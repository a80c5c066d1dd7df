import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest, root } from './workspace.js';

const page = readFileSync(join(root, '.github/CONTRIBUTING.md'), 'utf8');

/** Folders of the root that the page may name without a file. */
const ROOT_FOLDERS = /^(?:\.changeset|\.ci|\.github|docs|examples|packages|test)\//;
const FILE = /^[\w.@/<>-]+\.(?:json|md|mjs|ts|tsx|yml)$/;

/** Finds what is quoted as code, or in a block of code. */
function listCode(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```\w*\n([^]*?)^```/gm)].map(([, text = '']) => text);
  const inline = [...markdown.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)];
  return [...blocks, ...inline.map(([, text = '']) => text)];
}

/** Finds the words of code that look like paths, up to the first placeholder, such as `<name>`. */
function listPaths(markdown: string): string[] {
  const words = listCode(markdown).flatMap((code) => code.split(/[\s'"(),]+/));
  return words
    .filter((word) => ROOT_FOLDERS.test(word) || (FILE.test(word) && !word.startsWith('src/')))
    .map((word) => word.replace(/<.*$/, ''))
    .filter((path) => path !== '');
}

/** Finds the scripts that commands run: `test` for `npm test`, `lint` for `npm run lint`. */
function listScripts(markdown: string): string[] {
  const commands = listCode(markdown).flatMap((code) => [
    ...code.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g),
  ]);
  return commands.map(([, script, short]) => script ?? short ?? '');
}

describe('CONTRIBUTING', () => {
  it('names only files and folders that exist', () => {
    const paths = listPaths(page);
    expect(paths).toContain('packages/access-token/src/verification/check-claims.ts');
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names only scripts that exist', () => {
    const { scripts = {} } = readManifest('');
    expect(listScripts(page)).toContain('test:unit');
    expect(listScripts(page).filter((name) => !(name in scripts))).toEqual([]);
  });

  it('has recipes of at most ten steps', () => {
    const [, recipes = ''] = page.split('\n## Recipes\n');
    const steps = recipes.split(/\n### |\n## /).map((section) => section.match(/^\d+\. /gm) ?? []);
    expect(steps.flat().length).toBeGreaterThan(50);
    expect(steps.filter(({ length }) => length > 10)).toEqual([]);
  });
});

describe('listPaths', () => {
  it.each([
    ['`docs/none.md`', ['docs/none.md']],
    ['`tsconfig.json` and `npx vitest run test/fleet`', ['tsconfig.json', 'test/fleet']],
    ['`packages/<name>/src` and `<name>.test.ts`', ['packages/']],
    ['```sh\nnode test/none.mjs\n```', ['test/none.mjs']],
    ['docs/prose.md, `src/index.ts`, `RFC 9068`, `read/write`', []],
  ])('finds the paths of %s', (markdown, paths) => {
    expect(listPaths(markdown)).toEqual(paths);
  });
});
