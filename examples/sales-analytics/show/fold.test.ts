import { describe, expect, it } from 'vitest';
import { fold, foldChallenges } from './fold.js';

describe('fold', () => {
  it.each([
    { what: 'pieces that fit', pieces: ['one', 'two'], lines: ['> one two'] },
    {
      what: 'a piece that does not fit',
      pieces: ['one two', 'three'],
      lines: ['> one two', '  three'],
    },
    {
      what: 'a long piece at spaces',
      pieces: ['a', 'one two three'],
      lines: ['> a', '  one two', '  three'],
    },
    {
      what: 'a long word after a slash',
      pieces: ['http://a.example/bc'],
      lines: ['> http://', '  a.example/', '  bc'],
    },
    { what: 'a long word anywhere', pieces: ['abcdefghijklm'], lines: ['> abcdefghijk', '  lm'] },
    { what: 'no text', pieces: [''], lines: ['> '] },
  ])('folds $what', ({ pieces, lines }) => {
    expect(fold(pieces, { width: 13, first: '> ', rest: '  ' })).toEqual(lines);
  });
});

describe('foldChallenges', () => {
  it('begins a line for each challenge and for parameters that do not fit', () => {
    const field =
      'WWW-Authenticate: Bearer realm="api", error="invalid_token", scope="read write", DPoP realm="api", algs="ES256"';
    expect(foldChallenges(field, '', 60)).toEqual([
      'WWW-Authenticate: Bearer realm="api", error="invalid_token",',
      '    scope="read write",',
      '  DPoP realm="api", algs="ES256"',
    ]);
  });
});
