import { compactDecrypt, compactVerify, createLocalJWKSet, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  CONTENT_ENCRYPTION_ALGORITHMS,
  createEncryptionKey,
  createTestIssuer,
  ENCRYPTION_ALGORITHMS,
  ENCRYPTION_CURVES,
  encryptionForgeries,
  type EncryptionKey,
  type EncryptionKeyOptions,
} from '../index.js';

async function decrypt({ privateJwk }: EncryptionKey, token: string): Promise<string> {
  const { plaintext } = await compactDecrypt(token, await importJWK(privateJwk));
  return Buffer.from(plaintext).toString();
}

describe('createEncryptionKey', () => {
  const pairs = ENCRYPTION_ALGORITHMS.flatMap((alg) =>
    CONTENT_ENCRYPTION_ALGORITHMS.map((enc) => ({ alg, enc })),
  );
  it.each(pairs)('encrypts with $alg and $enc what jose decrypts', async ({ alg, enc }) => {
    const key = createEncryptionKey({ alg, enc });
    const { privateJwk } = key;
    const jwe = key.encrypt('a.b.c');
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, await importJWK(privateJwk));
    expect(Buffer.from(plaintext).toString()).toBe('a.b.c');
    expect(protectedHeader).toMatchObject({ alg, enc, kid: 'encryption', cty: 'JWT' });
  });

  it.each(ENCRYPTION_CURVES)('encrypts to a key of %s what jose decrypts', async (crv) => {
    const key = createEncryptionKey({ crv, kid: 'k1' });
    expect(await decrypt(key, key.encrypt('a.b.c'))).toBe('a.b.c');
    expect(key.publicJwk).toMatchObject({ crv, kid: 'k1', alg: 'ECDH-ES+A256KW', use: 'enc' });
    expect(key.publicJwk).not.toHaveProperty('d');
    expect(key.privateJwk).toMatchObject(key.publicJwk);
  });

  it('creates a new key pair each time, and encrypts differently each time', () => {
    const key = createEncryptionKey();
    expect(createEncryptionKey().publicJwk).not.toEqual(key.publicJwk);
    expect(key.encrypt('a.b.c')).not.toBe(key.encrypt('a.b.c'));
  });

  it.each<[unknown, string]>([
    [
      { alg: 'RSA1_5' },
      'option "alg" must be one of RSA-OAEP-256, ECDH-ES, ECDH-ES+A128KW, ECDH-ES+A256KW',
    ],
    [
      { enc: 'A256GC' },
      'option "enc" must be one of A128GCM, A256GCM, A128CBC-HS256, A256CBC-HS512; did you mean "A256GCM"?',
    ],
    [
      { crv: 'P-255' },
      'option "crv" must be one of P-256, P-384, P-521, X25519; did you mean "P-256"?',
    ],
    [
      { alg: 'RSA-OAEP-256', crv: 'P-256' },
      'option "crv" must be omitted because an RSA key has no curve',
    ],
    [{ kid: 1 }, 'option "kid" must be a string'],
    [{ curve: 'P-256' }, 'createEncryptionKey has no option "curve"; did you mean "crv"?'],
  ])('refuses the options %j', (options, message) => {
    expect(() => createEncryptionKey(options as EncryptionKeyOptions)).toThrow(message);
  });

  it('refuses a token that was not awaited', () => {
    const notAwaited = Promise.resolve('a.b.c') as unknown as string;
    const { encrypt } = createEncryptionKey();
    expect(() => encrypt(notAwaited)).toThrow('encrypt expects a token; await issuer.mint()');
    expect(() => encrypt.flippedTag(notAwaited)).toThrow('await issuer.mint()');
  });
});

describe('encryptionForgeries', () => {
  it('names every member of encrypt, in words that complete a sentence', () => {
    const { encrypt } = createEncryptionKey();
    expect(encryptionForgeries.map(({ name }) => name)).toEqual(Object.keys(encrypt));
    for (const { explanation, reasons } of encryptionForgeries) {
      expect(explanation).toMatch(/^(is|has|names|contains) /);
      expect(reasons.length).toBeGreaterThan(0);
    }
  });

  it('leaves the parts of a token valid that are not its defect', async () => {
    const key = createEncryptionKey();
    for (const name of ['compressed', 'notNested', 'otherIssuerInHeader'] as const) {
      const [header = ''] = key.encrypt[name]('a.b.c').split('.');
      expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
        alg: key.alg,
      });
    }
    expect(await decrypt(key, key.encrypt.notNested('a.b.c'))).toBe('a.b.c');
    expect(await decrypt(key, key.encrypt.claimsOnly('e30.e30.'))).toBe('{}');
    await expect(decrypt(key, key.encrypt.flippedTag('a.b.c'))).rejects.toThrow(
      'decryption operation failed',
    );
    await expect(decrypt(key, key.encrypt.otherKey('a.b.c'))).rejects.toThrow(
      'decryption operation failed',
    );
  });
});

describe('issuer.mint', () => {
  it('encrypts a token, valid or forged, to the key of a resource server', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const key = createEncryptionKey();
    const keys = createLocalJWKSet({ keys: [...(await issuer.publicKeys())] });
    const token = await issuer.mint({ scope: 'read', encryptTo: key });
    const { payload } = await compactVerify(await decrypt(key, token), keys);
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ scope: 'read' });
    const forged = await issuer.forge.truncatedSignature({ encryptTo: key });
    await expect(compactVerify(await decrypt(key, forged), keys)).rejects.toThrow('signature');
    const { authorization } = issuer.bearer({ scope: 'read', encryptTo: key });
    expect(authorization.split('.')).toHaveLength(5);
  });

  it('refuses anything but a key to encrypt to', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const { publicJwk } = createEncryptionKey();
    const encryptTo = publicJwk as unknown as EncryptionKey;
    await expect(issuer.mint({ encryptTo })).rejects.toThrow(
      'option "encryptTo" must be a key of createEncryptionKey()',
    );
  });
});
