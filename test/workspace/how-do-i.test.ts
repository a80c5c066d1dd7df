import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listLinks, listSections, resolveLink } from './pages.js';
import { type Fence, listReadmes, readFences } from './readmes.js';
import { root } from './workspace.js';

/** The pages with a list of questions. */
const LISTS = ['README.md', 'packages/express/README.md'];

const readPage = (path: string): string => readFileSync(join(root, path), 'utf8');

function listQuestions(page: string): [string, string][] {
  const list = listSections(readPage(page)).find(({ anchor }) => anchor === 'how-do-i');
  return listLinks(list?.text ?? '').map(({ target }) => [page, target]);
}

/** The items and the rows of the list. */
function listQuestionLines(page: string): string[] {
  const list = listSections(readPage(page)).find(({ anchor }) => anchor === 'how-do-i');
  const lines = list?.text.split('\n') ?? [];
  return lines.filter((line) => /^(?:- |\*\*.*\[|\| (?!question|-))/.test(line));
}

/** The section that a link of a page leads to, or the page without an anchor. */
function findSection(page: string, target: string): { path: string; text: string } {
  const { path, anchor } = resolveLink(page, target);
  const markdown = readPage(path);
  if (anchor === '') return { path, text: markdown };
  const section = listSections(markdown).find((each) => each.anchor === anchor);
  if (section === undefined) throw new Error(`${path} has no heading with the anchor "${anchor}"`);
  return { path, text: section.text };
}

/** The pages whose files test/integration/testing/testing-recipes.test.ts and test/consumers/test-runners.ts run. */
const PAGES_OF_FILES = ['packages/testing/README.md', 'docs/testing.md'];

/** Whether a test compiles or runs the block. A command whose name exists is not enough. */
function isTested({ readme, language, file, text }: Fence): boolean {
  // readme-snippets.test.ts reads only these pages.
  if (language === 'ts') return listReadmes().includes(readme) && text.trim() !== '';
  if (file !== undefined) return PAGES_OF_FILES.includes(readme);
  // test/integration/cli/readme.test.ts
  const isOutput = language === 'text' && text.startsWith('$ scopegate ');
  return isOutput && readme === 'packages/cli/README.md';
}

describe('"How do I…"', () => {
  it.each(LISTS)('is a list in %s', (page) => {
    expect(listQuestions(page).length).toBeGreaterThan(15);
  });

  it.each(LISTS)('has a link for every question of %s, to a page of the repository', (page) => {
    const questions = listQuestionLines(page);
    expect(questions.length).toBeGreaterThan(15);
    expect(questions.filter((line) => listLinks(line).length === 0)).toEqual([]);
    expect(questions.filter((line) => /\]\([a-z]+:/.test(line))).toEqual([]);
  });

  it('is in a README of less than 200 lines', () => {
    expect(readPage('README.md').split('\n').length).toBeLessThan(200);
  });

  it.each(LISTS.flatMap(listQuestions))(
    'leads from %s to code that is tested: %s',
    (page, target) => {
      const { path, text } = findSection(page, target);
      expect(readFences(path, text).filter(isTested)).not.toEqual([]);
    },
  );
});

describe('isTested', () => {
  const isAnyTested = (page: string, ...lines: string[]): boolean =>
    readFences(page, [...lines, '```', ''].join('\n')).some(isTested);

  it.each([
    ['docs/mcp.md', '```ts', 'f();'],
    ['docs/testing.md', '```js file="app.js"', 'f();'],
    ['packages/cli/README.md', '```text', '$ scopegate doctor'],
  ])('is true for a block of %s: %s', (page, ...lines) => {
    expect(isAnyTested(page, ...lines)).toBe(true);
  });

  it.each([
    ['docs/decisions/README.md', '```ts', 'f();'],
    ['SECURITY.md', '```ts', 'f();'],
    ['docs/mcp.md', '```ts', ''],
    ['docs/mcp.md', '```js file="app.js"', 'f();'],
    ['docs/mcp.md', '```sh', 'npm start'],
    ['docs/mcp.md', '```text', '$ scopegate doctor'],
    ['packages/cli/README.md', '```console', '$ scopegate doctor'],
  ])('is false for a block of %s: %s', (page, ...lines) => {
    expect(isAnyTested(page, ...lines)).toBe(false);
  });
});
