import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge-parser.js';

describe('parseChallenges', () => {
  it.each([
    ['Bearer realm="a"', [{ scheme: 'Bearer', params: { realm: 'a' }, quoted: ['realm'] }]],
    ['Bearer realm=a', [{ scheme: 'Bearer', params: { realm: 'a' }, quoted: [] }]],
    ['Bearer', [{ scheme: 'Bearer', params: {}, quoted: [] }]],
    ['Bearer realm', [{ scheme: 'Bearer', params: {}, quoted: [], token68: 'realm' }]],
    [
      'Bearer realm="a\\"b\\\\c, d=e"',
      [{ scheme: 'Bearer', params: { realm: 'a"b\\c, d=e' }, quoted: ['realm'] }],
    ],
    [
      'Bearer realm="a", error="b",scope=""',
      [
        {
          scheme: 'Bearer',
          params: { realm: 'a', error: 'b', scope: '' },
          quoted: ['realm', 'error', 'scope'],
        },
      ],
    ],
    [
      'Basic realm="a", Negotiate, DPoP algs="ES256", Negotiate YWJj==',
      [
        { scheme: 'Basic', params: { realm: 'a' }, quoted: ['realm'] },
        { scheme: 'Negotiate', params: {}, quoted: [] },
        { scheme: 'DPoP', params: { algs: 'ES256' }, quoted: ['algs'] },
        { scheme: 'Negotiate', params: {}, quoted: [], token68: 'YWJj==' },
      ],
    ],
  ])('parses %s', (value, challenges) => {
    expect(parseChallenges(value)).toEqual(challenges);
  });

  it.each([
    '',
    ' Bearer realm="a"',
    'Bearer realm="a" ',
    'Bearer  ',
    'Bearer realm = "a"',
    'Bearer realm="a" error="b"',
    'Bearer realm="a",, error="b"',
    'Bearer realm="a",',
    'Bearer realm="a", realm="b"',
    'Bearer realm="a", Realm="b"',
    'Bearer realm="a"b"',
    'Bearer realm="a\\"',
    'Bearer realm="a\tb"',
    'Bearer realm="\u00e9"',
    'Bearer realm="a\r\nSet-Cookie: b"',
    'Bea;rer realm="a"',
  ])('refuses %j', (value) => {
    expect(() => parseChallenges(value)).toThrow(SyntaxError);
  });
});
