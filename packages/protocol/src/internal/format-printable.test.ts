import { describe, expect, it } from 'vitest';
import { formatPrintable } from './format-printable.js';

describe('formatPrintable', () => {
  it.each([
    ['a carriage return', 'a\rb', 'a?b'],
    ['an escape sequence', '\u{1b}[31mred', '?[31mred'],
    ['a line separator', 'a\u{2028}b', 'a?b'],
    ['a change of direction', 'a\u{202e}b', 'a?b'],
    ['nothing of other text', 'Zoë – 東京 🎉', 'Zoë – 東京 🎉'],
  ])('replaces %s', (_what, text, printable) => {
    expect(formatPrintable(text)).toBe(printable);
  });
});
