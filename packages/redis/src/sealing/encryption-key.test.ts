import { describe, expect, it } from 'vitest';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';
import { readEncryptionKey } from './encryption-key.js';

// Both have characters in which the alphabets differ.
const OCTETS = Buffer.alloc(32, 0xfb);
const BASE64 = OCTETS.toString('base64');
const BASE64URL = OCTETS.toString('base64url');

describe('readEncryptionKey', () => {
  it.each([
    ['base64', BASE64],
    ['base64url', BASE64URL],
    ['base64 with a newline at the end', `${BASE64}\n`],
    ['base64url with a newline of Windows at the end', `${BASE64URL}\r\n`],
  ])('reads 32 octets in %s', (_what, text) => {
    const key = readEncryptionKey(text);
    expect(key.type).toBe('secret');
    expect(key.export()).toStrictEqual(OCTETS);
  });

  it.each([
    ['undefined', undefined],
    ['an empty string', ''],
    ['two newlines at the end', `${BASE64}\n\n`],
    ['a space in front', ` ${BASE64}`],
    ['base64 without padding', BASE64.slice(0, -1)],
    ['base64url with padding', `${BASE64URL}=`],
    ['mixed alphabets', BASE64.replace('+', '-')],
    ['unused bits', `${BASE64URL.slice(0, -1)}t`],
    ['31 octets', OCTETS.subarray(1).toString('base64')],
    ['33 octets', Buffer.alloc(33).toString('base64')],
    ['hexadecimal digits', OCTETS.toString('hex')],
    ['octets', OCTETS],
    ['a passphrase', 'correct horse battery staple'],
  ])('rejects %s, without its text', (_what, text) => {
    expect(typeErrorMessageOf(() => readEncryptionKey(text))).toBe(
      'an encryption key must be 32 octets in base64; create one with "openssl rand -base64 32"',
    );
  });
});
