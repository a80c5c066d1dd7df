import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge-parser.js';

/** A challenge as plain data: scheme, params, token68. */
type Plain = [scheme: string, params: Record<string, string>, token68?: string];

function parse(field: string): Plain[] | undefined {
  return parseChallenges(field)?.map(({ scheme, params, token68 }) => {
    const plain = Object.fromEntries(params);
    return token68 === undefined ? [scheme, plain] : [scheme, plain, token68];
  });
}

describe('parseChallenges', () => {
  it.each<[string, Plain[]]>([
    ['', []],
    [' , ,', []],
    ['Bearer', [['bearer', {}]]],
    ['Bearer realm="sales"', [['bearer', { realm: 'sales' }]]],
    ['BEARER ERROR="invalid_token"', [['bearer', { error: 'invalid_token' }]]],
    ['Bearer error=invalid_token', [['bearer', { error: 'invalid_token' }]]],
    ['Bearer  realm = "a" ,\terror="b"', [['bearer', { realm: 'a', error: 'b' }]]],
    ['Bearer realm="a",,error="b",', [['bearer', { realm: 'a', error: 'b' }]]],
    [String.raw`Bearer realm="a \"b\" \\ c"`, [['bearer', { realm: String.raw`a "b" \ c` }]]],
    ['Bearer realm=""', [['bearer', { realm: '' }]]],
    ['Bearer realm="a, Basic error=\\"x\\""', [['bearer', { realm: 'a, Basic error="x"' }]]],
    ['Negotiate', [['negotiate', {}]]],
    ['Negotiate YWJj==', [['negotiate', {}, 'YWJj==']]],
    [
      'Negotiate, Basic realm="a", Bearer realm="b", error="c"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b', error: 'c' }],
      ],
    ],
    [
      'Negotiate abc, Bearer error="invalid_token"',
      [
        ['negotiate', {}, 'abc'],
        ['bearer', { error: 'invalid_token' }],
      ],
    ],
    [
      'Bearer, DPoP algs="ES256"',
      [
        ['bearer', {}],
        ['dpop', { algs: 'ES256' }],
      ],
    ],
  ])('reads %j', (field, expected) => {
    expect(parse(field)).toEqual(expected);
  });

  it.each([
    '"Bearer"',
    'Bearer realm="open',
    'Bearer realm="a" error="b"',
    'Bearer realm="a", error=',
    'Bearer realm="a", error="b"x',
    'Bearer realm="a", realm="b"',
    'Bearer realm="a", REALM="b"',
    'Bearer foo bar',
    'Bearer abc def="x"',
    'Bearer realm=a b',
    'Bearer realm="\u0000"',
    'Bearer realm="\u0100"',
    'Bearer/realm="a"',
    '=',
  ])('relies on nothing in %j', (field) => {
    expect(parse(field)).toBeUndefined();
  });

  it('takes linear time', () => {
    expect(parse(`Bearer ${'a='.repeat(20_000)}`)).toBeUndefined();
    expect(parse(`Bearer a="${'\\"'.repeat(20_000)}`)).toBeUndefined();
    expect(parse(`${' ,'.repeat(20_000)}"`)).toBeUndefined();
  });
});
