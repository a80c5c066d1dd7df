import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDescription, readErrorCode } from './server-text.js';

// Printed by fast-check with every failure, too.
const SEED = 20_260_801;
const SECRET = 'x7Kq"&<9pTz/+%Vb2=Rm\\w4:hJ';

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, '0');
const each = (text: string, write: (character: string) => string): string =>
  Array.from(text, write).join('');

const characterOf = (alphabet: string): fc.Arbitrary<string> =>
  fc.constantFrom(...Array.from(alphabet));

/** Encodings in which a server may repeat the request. */
const TRANSFORMATIONS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'URI-encoded': encodeURIComponent,
  'form-encoded': (secret) => new URLSearchParams({ '': secret }).toString().slice(1),
  'percent-encoded, every character': (secret) => each(secret, (each) => `%${hex(each)}`),
  'percent-encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'HTML-escaped by name': (secret) =>
    secret.replace(/[&<>"]/g, (found) => {
      return { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[found] ?? '';
    }),
  'HTML-escaped in hexadecimal': (secret) => each(secret, (each) => `&#x${hex(each)};`),
  'HTML-escaped in decimal': (secret) => each(secret, (each) => `&#${each.charCodeAt(0)};`),
  'HTML-escaped twice': (secret) => each(secret, (each) => `&amp;#x${hex(each)};`),
  'JSON-escaped': (secret) => JSON.stringify(secret).slice(1, -1),
  'JSON-escaped, every character': (secret) => each(secret, (each) => `\\u00${hex(each)}`),
  'JSON-escaped twice': (secret) => JSON.stringify(JSON.stringify(secret)),
  'escaped for a shell': (secret) => each(secret, (each) => `\\x${hex(each)}`),
  'escaped by code point': (secret) => each(secret, (each) => `\\u{${hex(each)}}`),
  'quoted-printable': (secret) => each(secret, (each) => `=${hex(each)}`),
  'in base64': (secret) => Buffer.from(secret).toString('base64'),
  'in base64url': (secret) => Buffer.from(secret).toString('base64url'),
  'in base64, one octet on': (secret) => Buffer.from(`:${secret}.`).toString('base64'),
  'in base64, two octets on': (secret) => Buffer.from(`id${secret}..`).toString('base64'),
  'in hexadecimal': (secret) => Buffer.from(secret).toString('hex'),
  'in octets': (secret) =>
    Buffer.from(secret)
      .toString('hex')
      .replace(/..(?!$)/g, '$&:'),
  'in capitals': (secret) => secret.toUpperCase(),
  'in small letters': (secret) => secret.toLowerCase(),
  'split by spaces': (secret) => Array.from(secret).join(' '),
  'split by dashes': (secret) => secret.replace(/..(?!$)/g, '$&-'),
  'split by lines': (secret) => secret.replace(/.{4}(?!$)/g, '$&\r\n  '),
  'its first half': (secret) => `${secret.slice(0, Math.ceil(secret.length / 2))}...`,
  'its second half': (secret) => `***${secret.slice(Math.floor(secret.length / 2))}`,
};

describe('readDescription', () => {
  it.each(Object.keys(TRANSFORMATIONS))('withholds a text with a secret %s', (name) => {
    const written = TRANSFORMATIONS[name]?.(SECRET) ?? '';
    expect(readDescription(`wrong: ${written} (42)`, [SECRET])).toBeUndefined();
  });

  it('withholds a text with any secret, transformed twice and in any surroundings', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 33, max: 126 }).map(String.fromCharCode),
    });
    const secrets = fc
      .string({
        unit: characterOf('abcdefghkmnpqrtuvwxyzABCDEFGHKMNPQR23456789_~.-+/=%&"<\\'),
        minLength: 24,
        maxLength: 40,
      })
      .filter((secret) => secret.replace(/[^a-z0-9]/gi, '').length >= 20);
    const order = fc.constantFrom(...Object.keys(TRANSFORMATIONS));
    const surroundings = fc.tuple(printable, printable);
    fc.assert(
      fc.property(secrets, order, surroundings, (secret, name, [before, after]) => {
        const written = TRANSFORMATIONS[name]?.(secret) ?? '';
        expect(
          readDescription(`${before} ${written} ${after}`, [undefined, secret]),
        ).toBeUndefined();
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('never shows six letters or digits of a secret in a row', () => {
    const letters = fc.string({
      unit: characterOf('abcdefABCDEF0123456789'),
      minLength: 12,
      maxLength: 30,
    });
    const words = fc.array(
      fc.constantFrom('client', 'secret', ' is ', 'wrong: ', '-', '"', '&#', '%'),
    );
    const surroundings = fc.tuple(words, words);
    const slices = fc.tuple(fc.nat(24), fc.nat(12));
    fc.assert(
      fc.property(letters, slices, surroundings, (secret, [start, length], [before, after]) => {
        const part = secret.slice(start, start + length);
        const text = [...before, part, ...after].join('');
        const shown =
          readDescription(text, [secret])
            ?.toLowerCase()
            .replace(/[^a-z0-9]/g, '') ?? '';
        for (let at = 0; at + 6 <= secret.length; at += 1) {
          expect(shown).not.toContain(secret.slice(at, at + 6).toLowerCase());
        }
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it.each([
    [
      'AADSTS7000215: Invalid client secret provided. Trace ID: 6c1f2b3a-9d8e-4f70-a1b2-c3d4e5f60718',
    ],
    ['Client authentication failed (e.g., unknown client, no client authentication included).'],
    ["The scope 'read:analytics' is not allowed for the client nightly-report."],
    ['Bad audience: https://api.example.com/%7Esales &quot;x&quot;'],
  ])('shows %j, which repeats no secret', (text) => {
    expect(readDescription(text, [SECRET, 'bmlnaHRseS1yZXBvcnQ6eDdLcQ=='])).toBe(text);
  });

  it.each([
    ['a short secret', 'pin: 9921', '9921'],
    ['a secret of punctuation', 'wrong: &lt;!!&gt;//&lt;!!&gt;', '<!!>//<!!>'],
    ['a secret with an escape in it', 'wrong: ab%2541cd%2542ef', 'ab%41cd%42ef'],
  ])('withholds %s', (_case, text, secret) => {
    expect(readDescription(text, [secret])).toBeUndefined();
  });

  it('shows a text that shares single characters with a secret', () => {
    expect(readDescription('a. b', ['a.!?!?!?!?!?!?'])).toBe('a. b');
  });

  it('checks only the part that it shows', () => {
    const text = `${'a'.repeat(500)}${SECRET}`;
    expect(readDescription(text, [SECRET])).toBe('a'.repeat(500));
  });
});

describe('readErrorCode', () => {
  it.each(['invalid_client', 'invalid_target', 'temporarily_unavailable'])(
    'returns %s even when the secret contains its words',
    (code) => {
      expect(readErrorCode(code, [`my-${code}-secret`])).toBe(code);
    },
  );

  it.each(Object.keys(TRANSFORMATIONS))('withholds a code that is a secret %s', (name) => {
    const written = TRANSFORMATIONS[name]?.(SECRET) ?? '';
    expect(readErrorCode(written, [SECRET])).toBeUndefined();
  });

  it('returns a code that is not registered', () => {
    expect(readErrorCode('mfa_required', [SECRET])).toBe('mfa_required');
  });
});
