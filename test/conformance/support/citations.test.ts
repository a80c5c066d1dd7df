import { describe, expect, it } from 'vitest';
import { readTests } from './citations.js';

function read(text: string): unknown {
  const { citations, anonymous } = readTests('a.test.ts', text);
  return { ids: citations.map(({ kind, id }) => `${kind} ${id}`), anonymous };
}

describe('readTests', () => {
  it.each([
    ["verifies('RFC1-1-a', 't', f)", ['verifies RFC1-1-a']],
    ["verifies(['RFC1-1-a', 'CC-1'], `t ${n}`, f)", ['verifies RFC1-1-a', 'verifies CC-1']],
    ["notYet(['RFC1-1-a'], 't', f)", ['notYet RFC1-1-a']],
    ["for (const x of y) describe('d', () => { verifies('CC-1', x, f); });", ['verifies CC-1']],
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
  ])('tells that %s names none', (text) => {
    expect(read(text)).toEqual({ ids: [], anonymous: ['a.test.ts:1'] });
  });

  it('leaves other calls alone', () => {
    expect(read("expect(x).toBe('RFC1-1-a'); describe('RFC1-1-a', f);")).toEqual({
      ids: [],
      anonymous: [],
    });
  });
});
