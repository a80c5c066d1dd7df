import { describe, expect, it } from 'vitest';
import { readPage } from '../../.ci/release/markdown-links.mjs';

describe('readPage › links', () => {
  it.each<[string, string, string[]]>([
    ['an inline link', '[a](../b.md)', ['link ../b.md']],
    ['a link with a title', '[a](../b.md "title")', ['link ../b.md']],
    ['a target in angle brackets', '[a](<../b c.md>)', ['link ../b c.md']],
    ['a target with parentheses', '[a](../b_(c).md)', ['link ../b_(c).md']],
    ['an empty target', '[a]()', ['link ']],
    ['a link in a heading', '## The [a](b.md)', ['link b.md']],
    ['a link in a table', '| a | b |\n| - | - |\n| [c](d) | e |', ['link d']],
    ['a link in a nested list', '- a\n\n  1. [b](c)', ['link c']],
    ['a link in a block quote', '> [a](b)', ['link b']],
    ['a link around code', '[`a`](b)', ['link b']],
    ['a link around an image', '[![a](b.png)](c)', ['link c', 'image b.png']],
    ['an image', '![a](b.png)', ['image b.png']],
    ['a definition', '[a][b]\n\n[b]: c.md', ['link c.md']],
    ['a definition without references', '[b]: c.md', ['link c.md']],
    ['the definition of an image', '![a][b]\n\n[b]: c.png', ['image c.png']],
    ['an autolink', '<https://a.example/b>', ['link https://a.example/b']],
    ['an image in HTML', '<img alt="a" src="b.png">', ['image b.png']],
    ['an image in HTML without quotes', '<p><img src=b.png /></p>', ['image b.png']],
    ['a link in HTML', "<a href='b.md'>a</a>", ['link b.md']],
  ])('finds %s', (_case, markdown, links) => {
    const found = readPage(markdown).links.map(({ kind, target }) => `${kind} ${target}`);
    expect(found.sort()).toEqual(links.sort());
  });

  it.each([
    ['a code span', '`[a](b)`'],
    ['a code span with more backticks', '`` `[a](b)` ``'],
    ['a fence', '```md\n[a](b)\n```'],
    ['a fence of tildes in a list', '- a\n\n  ~~~\n  [a](b)\n  ~~~'],
    ['indented code', 'a\n\n    [a](b)'],
    ['a comment', '<!-- [a](b) <img src="c"> -->'],
    ['an escaped bracket', '\\[a](b)'],
    ['brackets without a definition', '[a] and [b][c]'],
    ['a code span of a table cell', '| a |\n| - |\n| `[b](c)` |'],
    ['an attribute in text', 'src="a" and href="b"'],
    ['an attribute in an attribute', '<img alt=" src=a">'],
  ])('finds nothing in %s', (_case, markdown) => {
    expect(readPage(markdown).links).toEqual([]);
  });

  it('does not join code spans of two cells of a table', () => {
    const [link] = readPage('| a | b |\n| - | - |\n| ` | [c](d) ` |').links;
    expect(link?.target).toBe('d');
  });

  it('reports the line of a link', () => {
    expect(readPage('a\r\n\r\nb [c](d)').links.map(({ line }) => line)).toEqual([3]);
  });
});

describe('readPage › anchors', () => {
  it.each([
    ['# Client authentication', 'client-authentication'],
    ['## `scopegate explain`', 'scopegate-explain'],
    ['## WebSocket, SSE & more!', 'websocket-sse--more'],
    ['## [Errors](errors.md) of *keys*', 'errors-of-keys'],
    ['Options\n-------', 'options'],
    ['## Options #', 'options'],
    ['## a_b', 'a_b'],
    ['## Überprüfung', 'überprüfung'],
    ['<a id="here"></a>', 'here'],
  ])('derives the anchor of %j', (markdown, anchor) => {
    expect([...readPage(markdown).anchors]).toEqual([anchor]);
  });

  it('numbers headings of the same text', () => {
    expect([...readPage('# a\n\n# b\n\n# a').anchors]).toEqual(['a', 'b', 'a-1']);
  });

  it('does not find headings in code', () => {
    expect([...readPage('```sh\n# a comment\n```').anchors]).toEqual([]);
  });
});
