import { createEncryptionKey, ENCRYPTION_ALGORITHMS } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { parseUnverifiedJwe } from './compact-jwe.js';

const KEY = createEncryptionKey({ alg: 'ECDH-ES', enc: 'A256GCM' });
const MALFORMED: unknown = expect.objectContaining({ reason: 'malformed' });

type Parts = [header: string, encryptedKey: string, iv: string, ciphertext: string, tag: string];

function change(edit: (parts: Parts) => void, key = KEY): string {
  const parts = key.encrypt('a token').split('.') as Parts;
  edit(parts);
  return parts.join('.');
}

function encode(value: string | object): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  );
}

function changeHeader(parameters: Readonly<Record<string, unknown>>): string {
  return change((parts) => {
    const header = JSON.parse(Buffer.from(parts[0], 'base64url').toString()) as object;
    parts[0] = encode({ ...header, ...parameters });
  });
}

describe('parseUnverifiedJwe', () => {
  it.each(ENCRYPTION_ALGORITHMS)('reads the header of a token with %s', (alg) => {
    const key = createEncryptionKey({ alg });
    expect(parseUnverifiedJwe(key.encrypt('a token'))).toMatchObject({ alg, kid: key.kid });
  });

  it.each<[what: string, edit: (parts: Parts) => void]>([
    ['a tag of 15 octets', (parts) => (parts[4] = encode('t'.repeat(15)))],
    ['a tag of 17 octets', (parts) => (parts[4] = encode('t'.repeat(17)))],
    ['an IV of 11 octets', (parts) => (parts[2] = encode('i'.repeat(11)))],
    ['an encrypted key with ECDH-ES', (parts) => (parts[1] = encode('a key'))],
    ['padding', (parts) => (parts[3] += '=')],
  ])('refuses %s before anything is decrypted', (_what, edit) => {
    expect(() => parseUnverifiedJwe(change(edit))).toThrow(MALFORMED);
  });

  it('refuses a token without an encrypted key where its algorithm has one', () => {
    const token = change((parts) => (parts[1] = ''), createEncryptionKey({ alg: 'RSA-OAEP-256' }));
    expect(() => parseUnverifiedJwe(token)).toThrow(MALFORMED);
  });

  it.each<[what: string, epk: unknown]>([
    ['a private key', createKeyPair('P-256').privateJwk],
    ['a key without a curve', { kty: 'EC' }],
    ['a string', 'P-256'],
    ['nothing', undefined],
  ])('refuses %s as the ephemeral key', (_what, epk) => {
    expect(() => parseUnverifiedJwe(changeHeader({ epk }))).toThrow(MALFORMED);
  });

  it('refuses compression', () => {
    const refusal: unknown = expect.objectContaining({ reason: 'encryption' });
    expect(() => parseUnverifiedJwe(changeHeader({ zip: 'DEF' }))).toThrow(refusal);
  });
});
