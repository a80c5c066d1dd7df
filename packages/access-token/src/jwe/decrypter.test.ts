import { InvalidTokenError } from '@scopegate/protocol';
import {
  CONTENT_ENCRYPTION_ALGORITHMS,
  createEncryptionKey,
  ENCRYPTION_ALGORITHMS,
  ENCRYPTION_CURVES,
  encryptionForgeries,
  type EncryptionKey,
} from '@scopegate/testing';
import { CompactEncrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { signToken } from '../../../../test/support/tokens.js';
import { decryptToken } from './decrypter.js';
import { type DecryptionKey, listDistinctKeys } from './decryption-key.js';
import { DecryptionUnavailableError } from './decryption-unavailable-error.js';
import { resolveDecryption } from './resolve-decryption.js';

function importKeys(...keys: readonly object[]): readonly DecryptionKey[] {
  return resolveDecryption({ keys }, { path: '', allowHttp: false })?.keys ?? [];
}

function importKey({ privateJwk }: EncryptionKey): readonly DecryptionKey[] {
  return importKeys(privateJwk);
}

async function reasonOf(decryption: Promise<unknown>): Promise<string | undefined> {
  const error: unknown = await decryption.catch((thrown: unknown) => thrown);
  if (error instanceof InvalidTokenError) return error.reason;
  throw new Error('the token was not refused', { cause: error });
}

const RSA_KEY = createEncryptionKey({ alg: 'RSA-OAEP-256', kid: 'rsa' });
const EC_KEY = createEncryptionKey({ alg: 'ECDH-ES', kid: 'ec' });
const TOKEN = signToken();

describe('decryptToken', () => {
  const pairs = ENCRYPTION_ALGORITHMS.flatMap((alg) =>
    CONTENT_ENCRYPTION_ALGORITHMS.map((enc) => ({ alg, enc })),
  );
  it.each(pairs)('decrypts $alg with $enc', async ({ alg, enc }) => {
    const key = createEncryptionKey({ alg, enc });
    const decrypted = await decryptToken(key.encrypt(TOKEN), importKey(key));
    expect(decrypted).toMatchObject({ jws: TOKEN, header: { alg, enc }, key: { kid: key.kid } });
  });

  it.each(ENCRYPTION_CURVES)('decrypts with a key of %s', async (crv) => {
    const key = createEncryptionKey({ crv });
    expect((await decryptToken(key.encrypt(TOKEN), importKey(key))).jws).toBe(TOKEN);
  });

  const REFUSED_IN_CLAIMS = new Set([
    'otherIssuerInHeader',
    'claimsOnly',
    'unsignedToken',
    'encryptedTwice',
  ]);
  const refusedHere = encryptionForgeries.filter(({ name }) => !REFUSED_IN_CLAIMS.has(name));
  describe.each([
    ['RSA-OAEP-256', RSA_KEY],
    ['ECDH-ES', EC_KEY],
    ['ECDH-ES+A128KW', createEncryptionKey({ alg: 'ECDH-ES+A128KW', enc: 'A128CBC-HS256' })],
  ])('with %s', (_, key) => {
    it.each(refusedHere)('refuses a token that $explanation', async ({ name, reasons }) => {
      const reason = await reasonOf(decryptToken(key.encrypt[name](TOKEN), importKey(key)));
      expect(reasons).toContain(reason);
    });
  });

  it('tries only the key that the token names, otherwise keys without kid', async () => {
    const { privateJwk } = EC_KEY;
    const token = EC_KEY.encrypt(TOKEN);
    const decoy = createKeyPair('P-256').privateJwk;
    const named = { ...decoy, kid: 'ec' };
    const unnamed = { ...privateJwk, kid: undefined };
    expect((await decryptToken(token, importKeys(decoy, unnamed))).key.name).toBe(
      'decryption.keys[1]',
    );
    expect(await reasonOf(decryptToken(token, importKeys(named, unnamed)))).toBe('decryption');
    expect(await reasonOf(decryptToken(token, importKeys({ ...privateJwk, kid: 'b' })))).toBe(
      'decryption',
    );
  });

  it('tries every key that fits a token without kid', async () => {
    const { publicJwk, privateJwk } = createEncryptionKey({ alg: 'ECDH-ES', crv: 'P-384' });
    const decoys = [RSA_KEY.privateJwk, EC_KEY.privateJwk, createKeyPair('P-384').privateJwk];
    const token = await new CompactEncrypt(Buffer.from(TOKEN))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', cty: 'JWT' })
      .encrypt(publicJwk);
    const decrypted = await decryptToken(token, importKeys(...decoys, privateJwk));
    expect(decrypted).toMatchObject({ jws: TOKEN, key: { name: 'decryption.keys[3]' } });
    expect(await reasonOf(decryptToken(token, importKeys(...decoys)))).toBe('decryption');
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', 'application/JWT'])(
    'accepts the cty %s',
    async (cty) => {
      const { publicJwk } = EC_KEY;
      const token = await new CompactEncrypt(Buffer.from(TOKEN))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', cty, typ: 'JWT' })
        .encrypt(publicJwk);
      expect((await decryptToken(token, importKey(EC_KEY))).jws).toBe(TOKEN);
    },
  );

  it.each(['json', 'secevent+jwt', 'text/jwt', ''])('refuses the cty %j', async (cty) => {
    const token = await new CompactEncrypt(Buffer.from(TOKEN))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', cty })
      .encrypt(EC_KEY.publicJwk);
    expect(await reasonOf(decryptToken(token, importKey(EC_KEY)))).toBe('encryption');
  });

  it('refuses a token for a key whose alg is another one', async () => {
    const other = { ...EC_KEY.privateJwk, alg: 'ECDH-ES+A256KW' };
    expect(await reasonOf(decryptToken(EC_KEY.encrypt(TOKEN), importKeys(other)))).toBe(
      'decryption',
    );
  });

  it('decrypts other tokens while a flood of tokens waits, and refuses what exceeds the queue', async () => {
    const keys = importKey(EC_KEY);
    const token = EC_KEY.encrypt(TOKEN);
    const results = await Promise.allSettled(
      Array.from({ length: 1_010 }, () => decryptToken(token, keys)),
    );
    const failures = results.flatMap((result): unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    expect(failures).toHaveLength(8);
    expect(failures.every((failure) => failure instanceof DecryptionUnavailableError)).toBe(true);
    expect(failures[0]).toMatchObject({
      status: 503,
      code: 'ERR_DECRYPTION_UNAVAILABLE',
      retryAfterSeconds: 1,
    });
    expect((await decryptToken(token, keys)).jws).toBe(TOKEN);
  });
});

describe('a flood of tokens without kid', () => {
  it('does not make the others wait for all of its keys', async () => {
    const decoys = Array.from({ length: 8 }, () => createKeyPair('P-256').privateJwk);
    const keys = importKeys(...decoys, EC_KEY.privateJwk);
    const forged = await new CompactEncrypt(Buffer.from(TOKEN))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', cty: 'JWT' })
      .encrypt(createKeyPair('P-256').publicKey);
    let refused = 0;
    const flood = Array.from({ length: 50 }, async () => {
      await reasonOf(decryptToken(forged, keys));
      refused += 1;
    });
    expect((await decryptToken(EC_KEY.encrypt(TOKEN), keys)).jws).toBe(TOKEN);
    expect(refused).toBe(0);
    await Promise.all(flood);
  });
});

describe('listDistinctKeys', () => {
  it('omits a key that is configured again with the same kid and alg', () => {
    const { privateJwk } = EC_KEY;
    const keys = [privateJwk, privateJwk, { ...privateJwk, kid: 'b' }, RSA_KEY.privateJwk];
    expect(listDistinctKeys(keys.flatMap((jwk) => importKeys(jwk))).map(({ kid }) => kid)).toEqual([
      'ec',
      'b',
      'rsa',
    ]);
  });
});
