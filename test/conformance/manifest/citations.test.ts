import { describe, expect, it } from 'vitest';
import { readTests } from './citations.js';

function read(text: string): unknown {
  const { citations, anonymous } = readTests('a.test.ts', text);
  return { ids: citations.map(({ id }) => id), anonymous };
}

describe('readTests', () => {
  it.each([
    ["verifies('rfc1#1/a', 't', f)", ['rfc1#1/a']],
    ["verifies(['rfc1#1/a', 'draft-b#2.1/c-d'], `t ${n}`, f)", ['rfc1#1/a', 'draft-b#2.1/c-d']],
    [
      "for (const x of y) describe('d', () => { verifies('draft-b#2.1/c-d', x, f); });",
      ['draft-b#2.1/c-d'],
    ],
  ])('finds the ids of %s', (text, ids) => {
    expect(read(text)).toEqual({ ids, anonymous: [] });
  });

  it.each([
    "it('t', f)",
    "it.each(rows)('t', f)",
    "test('t', f)",
    "verifies(id, 't', f)",
    "verifies([id], 't', f)",
    "verifies([], 't', f)",
    "verifies(ids.map(g), 't', f)",
  ])('reports that %s names none', (text) => {
    expect(read(text)).toEqual({ ids: [], anonymous: ['a.test.ts:1'] });
  });

  it('ignores other calls', () => {
    expect(read("expect(x).toBe('rfc1#1/a'); describe('rfc1#1/a', f);")).toEqual({
      ids: [],
      anonymous: [],
    });
  });
});
