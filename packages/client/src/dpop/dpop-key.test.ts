import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DPOP_ALGORITHMS } from './dpop-algorithm.js';
import { resolveDpopKey } from './dpop-key.js';

const { subtle } = webcrypto;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const USAGES = ['sign', 'verify'] as const;

/** Generates a key pair as an application does, unless the public key must not be extractable. */
async function generate(algorithm: object, options: { readonly usages?: readonly string[] } = {}) {
  const { usages = USAGES } = options;
  const generated: unknown = await subtle.generateKey(
    algorithm as webcrypto.EcKeyGenParams,
    false,
    usages as webcrypto.KeyUsage[],
  );
  return generated as webcrypto.CryptoKeyPair;
}

function rsa(name: string, hash: string, modulusLength = 2048) {
  return { name, hash, modulusLength, publicExponent: new Uint8Array([1, 0, 1]) };
}

describe('resolveDpopKey', () => {
  it('returns nothing when the option is omitted', () => {
    expect(resolveDpopKey(undefined)).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [true, 'ES256'],
    [{}, 'ES256'],
    [{ alg: undefined }, 'ES256'],
    ...DPOP_ALGORITHMS.map((alg): [unknown, string] => [{ alg }, alg]),
  ])('selects the algorithm of %j', (dpop, alg) => {
    expect(resolveDpopKey(dpop)).toMatchObject({ alg, isShared: false });
  });

  it('generates one key pair, whose private key cannot be exported', async () => {
    const key = resolveDpopKey(true);
    const [first, second] = await Promise.all([key?.readKeyPair(), key?.readKeyPair()]);
    expect(second).toBe(first);
    expect([first?.privateKey.extractable, first?.publicKey.extractable]).toEqual([false, true]);
    expect(first?.privateKey.usages).toEqual(['sign']);
    await expect(subtle.exportKey('pkcs8', first?.privateKey as never)).rejects.toThrow();
  });

  it.each([
    ['RS256', rsa('RSASSA-PKCS1-v1_5', 'SHA-256')],
    ['PS384', rsa('RSA-PSS', 'SHA-384')],
    ['ES256', P256],
    ['ES512', { name: 'ECDSA', namedCurve: 'P-521' }],
    ['Ed25519', { name: 'Ed25519' }],
  ])('accepts a key pair for %s', async (alg, algorithm) => {
    const keyPair = await generate(algorithm);
    const key = resolveDpopKey({ keyPair });
    expect(key).toMatchObject({ alg, isShared: true });
    expect(await key?.readKeyPair()).toEqual(keyPair);
  });

  const algorithms =
    'RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA';
  it.each<[unknown, string]>([
    [false, 'option "dpop" must be true, { alg } or { keyPair }; omit it for bearer tokens'],
    [null, 'option "dpop" must be true, { alg } or { keyPair }; omit it for bearer tokens'],
    ['ES256', 'option "dpop" must be true, { alg } or { keyPair }; omit it for bearer tokens'],
    [{ alg: 'HS256' }, `option "dpop.alg" must be one of ${algorithms}; did you mean "RS256"?`],
    [{ alg: 'none' }, `option "dpop.alg" must be one of ${algorithms}`],
    [{ alg: 'toString' }, `option "dpop.alg" must be one of ${algorithms}`],
    [{ alg: 256 }, `option "dpop.alg" must be one of ${algorithms}`],
    [{ Alg: 'ES256' }, 'option "dpop" has no option "Alg"; did you mean "alg"?'],
    [
      { privateKey: {} },
      'option "dpop" has no option "privateKey"; write "keyPair": a CryptoKeyPair, as crypto.subtle.generateKey returns it',
    ],
    [
      { keyPair: null },
      'option "dpop.keyPair" must be a CryptoKeyPair; generate it with crypto.subtle.generateKey',
    ],
    [
      { keyPair: { privateKey: 'a', publicKey: 'b' } },
      'option "dpop.keyPair" must be a CryptoKeyPair; generate it with crypto.subtle.generateKey',
    ],
  ])('refuses %j', (dpop, message) => {
    expect(() => resolveDpopKey(dpop)).toThrow(new TypeError(message));
  });

  const keys =
    'option "dpop.keyPair" must be a key pair of one algorithm: RSA with at least 2048 bits, P-256, P-384, P-521 or Ed25519';
  it.each([
    [
      'two public keys',
      async () => {
        const { publicKey } = await generate(P256);
        return { publicKey, privateKey: publicKey };
      },
      'option "dpop.keyPair" must have a private key with the usage "sign"',
    ],
    [
      'two private keys',
      async () => {
        const { privateKey } = await generate(P256);
        return { publicKey: privateKey, privateKey };
      },
      'option "dpop.keyPair" must have an extractable public key',
    ],
    [
      'keys that derive bits',
      () => generate({ name: 'ECDH', namedCurve: 'P-256' }, { usages: ['deriveBits'] }),
      'option "dpop.keyPair" must have a private key with the usage "sign"',
    ],
    [
      'keys that decrypt',
      () => generate(rsa('RSA-OAEP', 'SHA-256', 1024), { usages: ['encrypt', 'decrypt'] }),
      'option "dpop.keyPair" must have a private key with the usage "sign"',
    ],
    [
      'a public key that is not extractable',
      async () => {
        const { publicKey, privateKey } = await generate(P256);
        const der = await subtle.exportKey('spki', publicKey);
        const hidden = await subtle.importKey('spki', der, P256, false, ['verify']);
        return { publicKey: hidden, privateKey };
      },
      'option "dpop.keyPair" must have an extractable public key',
    ],
    ['a small RSA key', () => generate(rsa('RSA-PSS', 'SHA-256', 1024)), keys],
    ['an RSA key for SHA-1', () => generate(rsa('RSA-PSS', 'SHA-1')), keys],
    [
      'keys of two algorithms',
      async () => {
        const { privateKey } = await generate(P256);
        const { publicKey } = await generate({ name: 'Ed25519' });
        return { publicKey, privateKey };
      },
      keys,
    ],
  ])('refuses %s', async (_case, create, message) => {
    const keyPair = await create();
    expect(() => resolveDpopKey({ keyPair })).toThrow(new TypeError(message));
  });

  it('refuses an algorithm beside a key pair', async () => {
    const dpop = { alg: 'ES256', keyPair: await generate(P256) };
    expect(() => resolveDpopKey(dpop)).toThrow(
      new TypeError('option "dpop.alg" must be omitted when "keyPair" is set'),
    );
  });
});
