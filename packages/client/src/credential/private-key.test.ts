import { createPublicKey, type KeyObject, verify, webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AssertionAlgorithm, importPrivateKey, isAssertionAlgorithm } from './private-key.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

const rsa = createKeyPair('rsa').privateKey;
const p256 = createKeyPair('P-256').privateKey;
const p521 = createKeyPair('P-521').privateKey;
const ed25519 = createKeyPair('ed25519').privateKey;

function pem(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

describe('importPrivateKey', () => {
  it.each<[string, [input: unknown, alg?: AssertionAlgorithm], unknown]>([
    ['RSA, PEM', [pem(rsa)], { name: 'RSASSA-PKCS1-v1_5', hash: { name: 'SHA-256' } }],
    [
      'RSA, a PKCS #1 PEM',
      [rsa.export({ type: 'pkcs1', format: 'pem' }), 'RS512'],
      { hash: { name: 'SHA-512' } },
    ],
    ['RSA, KeyObject', [rsa, 'PS384'], { name: 'RSA-PSS', hash: { name: 'SHA-384' } }],
    ['P-256, JWK', [p256.export({ format: 'jwk' })], { name: 'ECDSA', namedCurve: 'P-256' }],
    ['P-521, PEM', [pem(p521), 'ES512'], { name: 'ECDSA', namedCurve: 'P-521' }],
    ['Ed25519, PEM', [pem(ed25519)], { name: 'Ed25519' }],
    [
      'Ed25519, JWK as JSON',
      [JSON.stringify(ed25519.export({ format: 'jwk' })), 'EdDSA'],
      { name: 'Ed25519' },
    ],
  ])('imports %s', async (_case, [input, alg], algorithm) => {
    const { key } = await importPrivateKey(input, alg);
    expect(key.algorithm).toMatchObject(algorithm as object);
    expect([key.type, key.extractable, key.usages]).toEqual(['private', false, ['sign']]);
  });

  it('imports the given key', async () => {
    const { key } = await importPrivateKey(pem(ed25519), undefined);
    const signature = await webcrypto.subtle.sign('Ed25519', key, Buffer.from('text'));
    const isValid = verify(
      null,
      Buffer.from('text'),
      createPublicKey(ed25519),
      Buffer.from(signature),
    );
    expect(isValid).toBe(true);
  });

  it('keeps a CryptoKey unchanged', async () => {
    const { key } = await importPrivateKey(p256, undefined);
    expect((await importPrivateKey(key, undefined)).key).toBe(key);
  });

  it('reads kid and alg from a JWK', async () => {
    const jwk = { ...rsa.export({ format: 'jwk' }), kid: '2026-08', alg: 'PS256' };
    const { key, kid, alg } = await importPrivateKey(jwk, undefined);
    expect([key.algorithm.name, kid, alg]).toEqual(['RSA-PSS', '2026-08', 'PS256']);
  });

  it('has equal sources for equal JWKs only', async () => {
    const [first, again, other] = await Promise.all(
      [p256, p256, p521].map((key) => importPrivateKey(key.export({ format: 'jwk' }), undefined)),
    );
    expect(again?.source).toBe(first?.source);
    expect(other?.source).not.toBe(first?.source);
  });

  it.each<[string, unknown, AssertionAlgorithm | undefined]>([
    ['a public key', pem(rsa).replaceAll('PRIVATE', 'PUBLIC'), undefined],
    ['a public JWK', createPublicKey(p256).export({ format: 'jwk' }), undefined],
    ['a public KeyObject', createPublicKey(p256), undefined],
    ['a secret', 'secret', undefined],
    ['a symmetric JWK', { kty: 'oct', k: 'c2VjcmV0' }, undefined],
    ['other JSON', '[]', undefined],
    ['half a JWK', '{"kty":', undefined],
    ['nothing', undefined, undefined],
    ['an RSA key for ES256', rsa, 'ES256'],
    ['a P-256 key for ES512', p256, 'ES512'],
    ['an Ed25519 key for RS256', ed25519, 'RS256'],
    ['a key that cannot sign', createKeyPair('x25519').privateKey, undefined],
    ['a curve without algorithm', createKeyPair('secp256k1').privateKey, undefined],
  ])('refuses %s, and names what it requires', async (_case, input, alg) => {
    const purpose = alg === undefined ? '' : ` for ${alg}`;
    await expect(importPrivateKey(input, alg)).rejects.toThrow(
      `the credential of the client cannot be read: privateKeyJwt() requires a private key${purpose}, as PEM, JWK, KeyObject or CryptoKey`,
    );
  });
});

describe('isAssertionAlgorithm', () => {
  it.each([
    ['RS256', true],
    ['PS512', true],
    ['ES384', true],
    ['EdDSA', true],
    ['Ed25519', true],
    ['HS256', false],
    ['none', false],
    ['RS256 ', false],
    [undefined, false],
  ])('of %j says %s', (alg, expected) => {
    expect(isAssertionAlgorithm(alg)).toBe(expected);
  });
});
