import { describe, expect, it } from 'vitest';
import { listDeadLinks } from '../../.ci/release/dead-links.mjs';
import { listLinks, listSections, resolveLink } from './pages.js';
import { listProse, root } from './workspace.js';

const pages = listProse().filter((path) => path.endsWith('.md'));

describe('pages', () => {
  it('include the READMEs, the guides and the decisions', () => {
    const some = ['README.md', 'SECURITY.md', 'docs/style.md', 'packages/express/README.md'];
    expect(pages).toEqual(expect.arrayContaining([...some, 'docs/decisions/README.md']));
  });

  it('contain no dead links', { timeout: 60_000 }, () => {
    expect(listDeadLinks(root, pages)).toEqual([]);
  });
});

describe('listSections', () => {
  const anchorsOf = (...headings: string[]): string[] =>
    listSections(headings.map((heading) => `## ${heading}\n`).join('\n')).map(
      ({ anchor }) => anchor,
    );

  // The anchors are those of github.com.
  it.each([
    ['Behind a proxy', 'behind-a-proxy'],
    ['`scopegate explain`', 'scopegate-explain'],
    ['How do I…', 'how-do-i'],
    ['JWTs, JWKS & keys', 'jwts-jwks--keys'],
    ['Socket.IO', 'socketio'],
    ['[Guards](#guards) and `atMost`', 'guards-and-atmost'],
    ['snake_case, kebab-case', 'snake_case-kebab-case'],
    ['Größe', 'größe'],
  ])('names the heading %j by the anchor %j', (heading, anchor) => {
    expect(anchorsOf(heading)).toEqual([anchor]);
  });

  it('counts headings that occur again', () => {
    expect(anchorsOf('Options', 'Errors', 'Options', 'Options')).toEqual([
      'options',
      'errors',
      'options-1',
      'options-2',
    ]);
  });

  it('ends a section at the next heading of its level or above, and ignores comments in code', () => {
    const page = ['# A', 'a', '## B', '```sh', '# no heading', '```', '### C', '## D', 'd'];
    expect(listSections(page.join('\n')).map(({ anchor, text }) => [anchor, text])).toEqual([
      ['a', page.slice(1).join('\n')],
      ['b', '```sh\n# no heading\n```\n### C'],
      ['c', ''],
      ['d', 'd'],
    ]);
  });
});

describe('listLinks', () => {
  it('lists relative links and definitions, but neither code nor other addresses', () => {
    const page = [
      'See [`a`](a.md#b "title"), `[code](c.md)` and [web](https://a.example/b).',
      '```md',
      '[code](d.md)',
      '```',
      '[e]: e.ts',
    ];
    expect(listLinks(page.join('\n')).map(({ target }) => target)).toEqual(['a.md#b', 'e.ts']);
  });
});

describe('resolveLink', () => {
  it.each([
    ['#guards', 'packages/express/README.md', 'guards'],
    ['../fastify', 'packages/fastify/README.md', ''],
    ['../web#hono', 'packages/web/README.md', 'hono'],
    ['../../docs/style.md#voice', 'docs/style.md', 'voice'],
    ['src/index.ts', 'packages/express/src/index.ts', ''],
  ])('resolves %j in a README to %j and the anchor %j', (target, path, anchor) => {
    expect(resolveLink('packages/express/README.md', target)).toEqual({ path, anchor });
  });
});
