import { describe, expect, it } from 'vitest';
import { formatQuotedString } from './quoted-string.js';

describe('formatQuotedString', () => {
  it.each([
    ['', '""'],
    ['sales', '"sales"'],
    ['a b~!', '"a b~!"'],
    ['a"b', '"a\\"b"'],
    ['a\\b', '"a\\\\b"'],
    ['\\"', '"\\\\\\""'],
    ['a", error="x', '"a\\", error=\\"x"'],
  ])('escapes the quote and the backslash only: %j', (text, quoted) => {
    expect(formatQuotedString(text)).toBe(quoted);
  });

  it.each([
    ['CR and LF', 'a\r\nSet-Cookie: b=c', '"a??Set-Cookie: b=c"'],
    ['NUL', 'a\0b', '"a?b"'],
    ['a tab', 'a\tb', '"a?b"'],
    ['DEL', 'a\x7fb', '"a?b"'],
    ['Latin-1', 'caf\u00e9', '"caf?"'],
    ['a character beyond the BMP', 'a\u{1f511}b', '"a?b"'],
    ['half of a surrogate pair', 'a\ud83db', '"a?b"'],
    ['a line separator', 'a\u2028b', '"a?b"'],
  ])('puts a question mark in the place of %s', (_case, text, quoted) => {
    expect(formatQuotedString(text)).toBe(quoted);
  });
});
