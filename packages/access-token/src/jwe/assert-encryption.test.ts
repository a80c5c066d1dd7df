import { createEncryptionKey, type EncryptionKey } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { assertEncryption } from './assert-encryption.js';
import { type DecryptedToken, decryptToken } from './decrypter.js';
import { type DecryptionPolicy, resolveDecryption } from './resolve-decryption.js';

const OWN = createEncryptionKey({ alg: 'ECDH-ES', kid: 'same' });
const OTHER = createEncryptionKey({ alg: 'ECDH-ES', kid: 'same' });
const REFUSED: unknown = expect.objectContaining({ reason: 'encryption' });

function policyOf({ privateJwk }: EncryptionKey, required = false): DecryptionPolicy | undefined {
  return resolveDecryption({ keys: [privateJwk], required }, { path: '', allowHttp: false });
}

function decrypt(key: EncryptionKey): Promise<DecryptedToken> {
  return decryptToken(key.encrypt('a token'), policyOf(key)?.keys ?? []);
}

describe('assertEncryption', () => {
  it('accepts a token that a key of its issuer has decrypted', async () => {
    const decrypted = await decrypt(OWN);
    expect(() => {
      assertEncryption(policyOf(OWN, true), decrypted);
    }).not.toThrow();
  });

  it('refuses a token that the key of another issuer has decrypted, with the same kid', async () => {
    const decrypted = await decrypt(OTHER);
    expect(() => {
      assertEncryption(policyOf(OWN), decrypted);
    }).toThrow(REFUSED);
  });

  it('refuses an encrypted token of an issuer without decryption', async () => {
    const decrypted = await decrypt(OWN);
    expect(() => {
      assertEncryption(undefined, decrypted);
    }).toThrow(REFUSED);
  });

  it.each([
    ['accepts', false],
    ['refuses', true],
  ])('%s a token that is not encrypted, with required: %s', (_verb, required) => {
    const check = (): void => {
      assertEncryption(policyOf(OWN, required), undefined);
    };
    if (required) expect(check).toThrow(REFUSED);
    else expect(check).not.toThrow();
  });
});
