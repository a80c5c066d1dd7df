import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listLinks, listSections, resolveLink } from './pages.js';
import { type Fence, readFences } from './readmes.js';
import { root } from './workspace.js';

/** The pages with a list of questions. */
const LISTS = ['README.md', 'packages/express/README.md'];

const readPage = (path: string): string => readFileSync(join(root, path), 'utf8');

function listQuestions(page: string): [string, string][] {
  const list = listSections(readPage(page)).find(({ anchor }) => anchor === 'how-do-i');
  return listLinks(list?.text ?? '').map(({ target }) => [page, target]);
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

/** Whether a test compiles or runs the block; readme-snippets.test.ts checks names and copies. */
function isTested({ readme, language, file, text }: Fence): boolean {
  if (language === 'ts') return true;
  if (language === 'sh')
    return /^(?:npm (?:run |start|test)|npx (?:scopegate|vitest) )/m.test(text);
  if (file !== undefined) return true; // testing-recipes.test.ts and test-runners.ts
  // test/integration/cli/readme.test.ts
  return readme === 'packages/cli/README.md' && text.startsWith('$ scopegate ');
}

describe('"How do I…"', () => {
  it.each(LISTS)('is a list in %s', (page) => {
    expect(listQuestions(page).length).toBeGreaterThan(15);
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
