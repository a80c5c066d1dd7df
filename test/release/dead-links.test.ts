import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listBrokenLinks, listDeadLinks } from '../../.ci/release/dead-links.mjs';
import { rewriteReadme } from '../../.ci/release/tarball-readme.mjs';
import { listFolders, root } from '../workspace/workspace.js';
import { createFolder } from './temporary-folder.js';

describe('listDeadLinks', () => {
  const deadLinks = (markdown: string): string[] => {
    const workspace = createFolder({
      'docs/recipes.md': '# Logs',
      'packages/cli/README.md': '# Explain',
      'packages/cli/src/cli.ts': '',
      'packages/express/README.md': markdown,
    });
    return listDeadLinks(workspace, ['packages/express/README.md']);
  };

  it.each([
    '[a](../../docs/recipes.md)',
    '[a](../../docs/recipes.md#logs)',
    '[a](../cli)',
    '[a](../cli#explain)',
    '[a](../cli/src/cli.ts#L1)',
    '# Here\n\n[a](#here)',
    '[a](https://a.example/#b)',
  ])('finds nothing in %j', (markdown) => {
    expect(deadLinks(markdown)).toEqual([]);
  });

  it.each([
    ['[a](../../docs/none.md)', '"../../docs/none.md" leads to no file of the repository'],
    ['[a](../../../none.md)', '"../../../none.md" leads to no file of the repository'],
    ['[a]()', '"" leads to no file of the repository'],
    ['[a](../../docs/recipes.md#none)', '"../../docs/recipes.md#none" leads to no heading'],
    ['[a](../cli#none)', '"../cli#none" leads to no heading'],
    ['[a](../cli/src#none)', '"../cli/src#none" leads to no heading'],
    ['[a](#none)', '"#none" leads to no heading'],
  ])('finds %s', (markdown, mistake) => {
    expect(deadLinks(markdown)).toEqual([
      expect.stringContaining(`packages/express/README.md:1: ${mistake}; `),
    ]);
  });
});

describe('listBrokenLinks', () => {
  it.each([
    ['an https URL', '[a](https://a.example)'],
    ['a heading', '# Here\n\n[a](#here)'],
    ['a file of the tarball', '[a](./src/guard.ts#L1)'],
    ['code', '`[a](../cli)`'],
  ])('accepts %s', (_case, markdown) => {
    expect(listBrokenLinks(markdown, ['src/guard.ts'])).toEqual([]);
  });

  it.each([
    ['../cli', '[a](../cli)'],
    ['src/none.ts', '[a](src/none.ts)'],
    ['src', '[a](src)'],
    ['#none', '[a](#none)'],
    ['http://a.example', '[a](http://a.example)'],
    ['//a.example', '[a](//a.example)'],
    ['a.png', '<img src="a.png">'],
    ['a.png', '![a][b]\n\n[b]: a.png'],
  ])('finds %s in %j', (target, markdown) => {
    expect(listBrokenLinks(markdown, ['src/guard.ts'])).toEqual([
      expect.stringMatching(/^README\.md:[13]: .+ must be an https URL, a heading of this README/),
    ]);
    expect(listBrokenLinks(markdown, ['src/guard.ts']).join()).toContain(`"${target}"`);
  });

  it.each(listFolders('packages'))('finds nothing in the tarball of %s', (name) => {
    const folder = `packages/${name}`;
    const markdown = readFileSync(join(root, folder, 'README.md'), 'utf8');
    for (const repository of ['https://github.com/acme/scopegate', undefined]) {
      const release = { root, folder, tag: 'v1', files: ['dist', 'src'], repository };
      expect(listBrokenLinks(rewriteReadme(markdown, release), [])).toEqual([]);
    }
  });
});
