import { describe, expect, it } from 'vitest';
import { readLines } from './bounded-lines.js';

describe('readLines', () => {
  const linesOf = async (chunks: readonly string[], maxLength?: number): Promise<string[]> => {
    const bytes = chunks.map((chunk) => Buffer.from(chunk, 'latin1'));
    const lines: string[] = [];
    // An array of octets in order is what a stream delivers.
    const stream = (async function* () {
      for (const chunk of bytes) yield await Promise.resolve(chunk);
    })();
    for await (const line of readLines(stream, maxLength)) lines.push(line);
    return lines;
  };

  it.each([
    [
      ['a\nb', 'c\n', '\nd'],
      ['a', 'bc', '', 'd'],
    ],
    [
      ['\u00e2\u0082', '\u00ac\n'],
      ['€', ''],
    ],
    [[], ['']],
  ])('finds lines across chunks: %j', async (chunks, lines) => {
    expect(await linesOf(chunks)).toEqual(lines);
  });

  it('cuts lines off that are too long, without keeping the rest', async () => {
    expect(await linesOf(['abc', 'def', 'ghi\nxy\n'], 4)).toEqual(['abcd', 'xy', '']);
  });
});
