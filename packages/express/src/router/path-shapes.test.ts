import { describe, expect, it } from 'vitest';
import type { Dialect } from './path-pattern.js';
import { listShapes } from './path-shapes.js';

/** The first text of every shape; `?` follows an optional one. */
function outline(pattern: string, dialect: Dialect): readonly string[] {
  return listShapes(pattern, dialect).shapes.map(
    ({ texts, isOptional }) => `${texts[0] ?? ''}${isOptional ? '?' : ''}`,
  );
}

describe('listShapes', () => {
  it.each<[string, Dialect, readonly string[]]>([
    ['/a', 4, ['/a']],
    ['/a', 5, ['/a']],
    ['a', 5, ['/a']],
    ['/a{/b}', 5, ['/a/b', '/a']],
    ['/:id', 5, ['/sample']],
    ['/a/:id?', 4, ['/a/sample', '/a']],
    ['/:x(a|b)', 4, ['/a']],
    ['/:x+', 4, ['/sample', ...[2, 3, 4, 12].map((depth) => `${'/sample'.repeat(depth)}?`)]],
    ['/ab?', 4, ['/ab', '/a']],
    ['/ab+', 4, ['/ab', '/abb?', `/a${'b'.repeat(12)}?`]],
    ['/(a|b)', 4, ['/a', '/b']],
  ])('represents %s of Express %i completely', (pattern, dialect, shapes) => {
    expect(outline(pattern, dialect)).toEqual(shapes);
    expect(listShapes(pattern, dialect)).toMatchObject({ isComplete: true, presumed: undefined });
  });

  it.each<[string, readonly string[]]>([
    ['/:x(\\d+)', ['/sample', '/1']],
    ['/:x([^?]*)', ['/sample', '/sample/sample']],
    ['/(a\\w)', ['/sample', '/sample/sample']],
  ])('presumes texts for the expression of %s', (pattern, texts) => {
    const { isComplete, presumed } = listShapes(pattern, 4);
    expect(isComplete).toBe(false);
    expect(presumed).toEqual(expect.arrayContaining([...texts]));
  });

  it.each(['/a|/b', '/a{1,3}', '/a$'])(
    'presumes nothing for %s, which is unreadable',
    (pattern) => {
      expect(listShapes(pattern, 4)).toMatchObject({ isComplete: false, presumed: undefined });
    },
  );

  it('limits the number of shapes, and is then incomplete', () => {
    const { shapes, isComplete } = listShapes('/*a/*b/*c', 5);
    expect(shapes).toHaveLength(96);
    expect(isComplete).toBe(false);
  });
});
