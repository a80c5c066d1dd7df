import { describe, expect, it } from 'vitest';
import { parseCombinedAuthorization } from './combined-authorization.js';

/** Combines lines as a server does that creates a `Request`. */
function combine(lines: readonly string[]): string | null {
  const headers = new Headers();
  for (const line of lines) headers.append('Authorization', line);
  return headers.get('authorization');
}

describe('parseCombinedAuthorization', () => {
  it.each<[string, string | undefined]>([
    ['no line', undefined],
    ['an empty line', ''],
    ['a bearer token', 'Bearer abc'],
    ['two parameters', 'Digest a="b", c="d"'],
    ['parameters without quotes', 'Digest username="x", algorithm=MD5, qop = auth'],
    ['a comma in a quoted-string', 'Digest realm="Sales, EU region", uri="/a,b"'],
    ['a scheme in a quoted-string', 'Digest realm="a, Basic b", c="d"'],
    ['an escaped quote in a quoted-string', String.raw`Digest realm="a\", Basic b", c="d"`],
    [
      'a signature of AWS',
      'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;range, Signature=f',
    ],
    ['a comma without a space', 'Bearer abc,def'],
    ['a parameter behind a bearer token', 'Bearer abc, c="d"'],
  ])('returns one line unchanged: %s', (_what, line) => {
    expect(parseCombinedAuthorization(combine(line === undefined ? [] : [line]))).toBe(line);
  });

  it.each<[string, string[]]>([
    ['two bearer tokens', ['Bearer abc', 'Bearer def']],
    ['the same line twice', ['Bearer abc', 'Bearer abc']],
    ['a bearer token behind Digest', ['Digest a="b", c="d"', 'Bearer abc']],
    ['Digest behind a bearer token', ['Bearer abc', 'Digest a="b", c="d"']],
    ['Basic and a bearer token', ['Basic Zm9vOmJhcg==', 'Bearer abc']],
    ['a scheme alone', ['Bearer abc', 'Negotiate']],
    ['another token68', ['Bearer abc', 'def']],
    ['an empty line in front', ['', 'Bearer abc']],
    ['an empty line behind', ['Bearer abc', '']],
    ['two empty lines', ['', '']],
    ['a tab behind the scheme', ['Digest a="b"', 'Bearer\tabc']],
    ['a line with an unterminated quoted-string', ['Digest a="b', 'Bearer abc']],
    ['a line that ends in a backslash', ['Digest a="b\\', 'Bearer abc']],
    ['quotes in both lines', ['Digest a="b"c"', 'Bearer abc']],
    ['a quoted-string that a bearer token ends', ['Digest a="b', 'Bearer abc"']],
    ['a quoted-string around a bearer token', ['Digest a="b', 'bearer abc', 'c"']],
    ['an equals sign behind Bearer', ['Digest a="b"', 'Bearer =abc']],
    ['three lines', ['Bearer abc', 'c="d"', 'Bearer def']],
  ])('refuses several lines: %s', (_what, lines) => {
    expect(() => parseCombinedAuthorization(combine(lines))).toThrow(
      expect.objectContaining({ reason: 'repeated_authorization' }),
    );
  });

  it.each([
    ['Digest a="b", Bearer abc'],
    ['Bearer abc, Bearer def'],
    ['Bearer abc, def'],
    ['Digest a="b", c'],
    ['Digest realm="a, Bearer b", c="d"'],
    [String.raw`Digest realm="a\", BEARER b", c="d"`],
  ])('refuses one line that may also be two: %s', (line) => {
    expect(() => parseCombinedAuthorization(combine([line]))).toThrow(
      expect.objectContaining({ reason: 'repeated_authorization' }),
    );
  });

  // With backtracking, these would take longer than the time limit of a test.
  it.each([['"'], ['"\\'], ['\\"'], [', '], ['",'], ['"a", ']])(
    'decides on 256 KiB of %j without backtracking',
    (piece) => {
      const combined = `Digest ${piece.repeat(262_144 / piece.length)}, Bearer abc`;
      expect(() => parseCombinedAuthorization(combined)).toThrow(
        expect.objectContaining({ reason: 'repeated_authorization' }),
      );
    },
  );
});
