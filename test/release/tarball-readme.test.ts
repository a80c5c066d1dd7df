import { describe, expect, it } from 'vitest';
import { rewriteReadme, tagOf } from '../../.ci/release/tarball-readme.mjs';
import { createFolder } from './temporary-folder.js';

const REPOSITORY = 'https://github.com/acme/scopegate';
const AT = 'v1.2.3';

const FILES = {
  'SECURITY.md': '',
  'docs/recipes.md': '',
  'examples/fleet/README.md': '',
  'packages/cli/README.md': '',
  'packages/express/screenshots/page.png': '',
  'packages/express/src/guard.ts': '',
  'packages/express/LICENSE': '',
};

function rewrite(markdown: string, repository?: string): string {
  const tag = tagOf({ version: '1.2.3' });
  const folder = 'packages/express';
  return rewriteReadme(markdown, {
    root: createFolder(FILES),
    folder,
    tag,
    files: ['dist', 'src'],
    repository,
  });
}

/** Each with the result with the URL of the repository, and the result without it. */
const RELATIVE: [string, string, string, string][] = [
  [
    'a page',
    'see [a *b*](../../docs/recipes.md).',
    `see [a *b*](${REPOSITORY}/blob/${AT}/docs/recipes.md).`,
    'see a *b*.',
  ],
  [
    'a heading of a page, with a title',
    '[a](../../docs/recipes.md#logs "title")',
    `[a](${REPOSITORY}/blob/${AT}/docs/recipes.md#logs "title")`,
    'a',
  ],
  ['a folder', '[a](../cli)', `[a](${REPOSITORY}/tree/${AT}/packages/cli)`, 'a'],
  [
    'a folder with a slash',
    '[a](../../examples/fleet/)',
    `[a](${REPOSITORY}/tree/${AT}/examples/fleet)`,
    'a',
  ],
  [
    'a heading of a folder',
    '[a](../cli#explain)',
    `[a](${REPOSITORY}/blob/${AT}/packages/cli/README.md#explain)`,
    'a',
  ],
  [
    'an image',
    '![a `b`](screenshots/page.png)',
    `![a \`b\`](${REPOSITORY}/raw/${AT}/packages/express/screenshots/page.png)`,
    'a `b`',
  ],
  [
    'an image in a link',
    '[![a](screenshots/page.png)](../cli)',
    `[![a](${REPOSITORY}/raw/${AT}/packages/express/screenshots/page.png)](${REPOSITORY}/tree/${AT}/packages/cli)`,
    'a',
  ],
  [
    'a link in a heading and one in a table',
    '## The [a](../cli)\n\n| b |\n| - |\n| [c](../../SECURITY.md) |\n',
    `## The [a](${REPOSITORY}/tree/${AT}/packages/cli)\n\n| b |\n| - |\n| [c](${REPOSITORY}/blob/${AT}/SECURITY.md) |\n`,
    '## The a\n\n| b |\n| - |\n| c |\n',
  ],
  [
    'a definition',
    '[a][b], [B] and [b][].\n\n[b]: ../cli "title"\n\nc',
    `[a][b], [B] and [b][].\n\n[b]: ${REPOSITORY}/tree/${AT}/packages/cli "title"\n\nc`,
    'a, B and b.\n\n\n\nc',
  ],
  [
    'the definition of an image',
    '![a][b]\n\n[b]: screenshots/page.png',
    `![a][b]\n\n[b]: ${REPOSITORY}/raw/${AT}/packages/express/screenshots/page.png`,
    'a\n\n',
  ],
  [
    'an image in HTML',
    '<p>a <img src="screenshots/page.png" width="10"></p>',
    `<p>a <img src="${REPOSITORY}/raw/${AT}/packages/express/screenshots/page.png" width="10"></p>`,
    '<p>a </p>',
  ],
  [
    'a link in HTML',
    'see <a href="../cli">a</a>',
    `see <a href="${REPOSITORY}/tree/${AT}/packages/cli">a</a>`,
    'see <a>a</a>',
  ],
  [
    'a file of the tarball',
    '[a](src/guard.ts) [b](./LICENSE)',
    `[a](${REPOSITORY}/blob/${AT}/packages/express/src/guard.ts) [b](${REPOSITORY}/blob/${AT}/packages/express/LICENSE)`,
    '[a](src/guard.ts) [b](./LICENSE)',
  ],
];

describe('rewriteReadme', () => {
  it.each(RELATIVE)('makes a relative link absolute: %s', (_case, markdown, expected) => {
    expect(rewrite(markdown, REPOSITORY)).toBe(expected);
  });

  it.each(RELATIVE)(
    'without a repository, writes what leaves the tarball as text: %s',
    (_case, markdown, _absolute, expected) => {
      expect(rewrite(markdown)).toBe(expected);
    },
  );

  it.each([
    ['an anchor', '[a](#b)'],
    ['an absolute URL', '[a](https://a.example/b) <https://c.example>'],
    ['an address', '[a](mailto:a@a.example)'],
    ['code', '`[a](../cli)`\n\n```md\n[a](../cli)\n```\n'],
    ['Windows line endings', 'a\r\n\r\n- b\r\n'],
  ])('leaves %s as it is', (_case, markdown) => {
    expect(rewrite(markdown, REPOSITORY)).toBe(markdown);
    expect(rewrite(markdown)).toBe(markdown);
  });

  it.each(['none.md', '../../../outside.md', '', '/docs/recipes.md'])(
    'fails for a link that leads to no file: %j',
    (target) => {
      const message = `packages/express/README.md:3: the link to "${target}" must lead to a file of the repository`;
      expect(() => rewrite(`a\n\n[b](${target})`)).toThrow(message);
      expect(() => rewrite(`a\n\n[b](${target})`, REPOSITORY)).toThrow(message);
    },
  );
});
