import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKeyPair, type KeyPair } from '../../../../test/support/key-pairs.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';
import { type DecryptionPolicy, resolveDecryption } from './resolve-decryption.js';

const rsa = createKeyPair('rsa');
const ec = createKeyPair('P-256');
const otherEc = createKeyPair('P-256');
const x25519 = createKeyPair('x25519');

function resolve(given: unknown): DecryptionPolicy | undefined {
  return resolveDecryption(given, { path: '', allowHttp: false });
}

function messageOf(given: unknown): string {
  return typeErrorMessageOf(() => resolve(given));
}

function keyMessageOf(key: unknown): string {
  return messageOf({ keys: [key] });
}

describe('resolveDecryption', () => {
  it('returns undefined when the option is omitted', () => {
    expect(resolve(undefined)).toBeUndefined();
  });

  it.each<[string, KeyPair, string, readonly string[]]>([
    ['an RSA key', rsa, 'RSA', ['RSA-OAEP-256']],
    ['a P-256 key', ec, 'P-256', ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']],
    [
      'a P-384 key',
      createKeyPair('P-384'),
      'P-384',
      ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'],
    ],
    [
      'a P-521 key',
      createKeyPair('P-521'),
      'P-521',
      ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'],
    ],
    ['an X25519 key', x25519, 'X25519', ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']],
  ])(
    'imports %s from a JWK and from a KeyObject',
    (_, { privateJwk, privateKey }, kind, algorithms) => {
      const [jwk] = resolve({ keys: [privateJwk] })?.keys ?? [];
      const [keyObject] = resolve({ keys: [privateKey] })?.keys ?? [];
      expect(jwk).toMatchObject({ name: 'decryption.keys[0]', kid: undefined, kind, algorithms });
      expect(keyObject).toMatchObject({ kind, algorithms, thumbprint: jwk?.thumbprint });
    },
  );

  it('reads the kid, and only the alg that a JWK names', () => {
    const jwk = {
      ...ec.privateJwk,
      kid: 'k1',
      alg: 'ECDH-ES',
      use: 'enc',
      key_ops: ['deriveBits'],
    };
    const resolved = resolve({ keys: [jwk], required: true });
    expect(resolved).toMatchObject({
      keys: [{ kid: 'k1', algorithms: ['ECDH-ES'] }],
      required: true,
    });
    expect(resolve({ keys: [jwk] })?.required).toBe(false);
  });

  it('does not read the options again', () => {
    const keys = [ec.privateJwk];
    const resolved = resolve({ keys });
    keys.push(rsa.privateJwk);
    expect(resolved?.keys).toHaveLength(1);
    expect([resolved, resolved?.keys, resolved?.keys[0]].every(Object.isFrozen)).toBe(true);
  });

  it.each<[unknown, string]>([
    ['keys', 'option "decryption" must be an object'],
    [{ key: [] }, 'option "decryption" has no option "key"; did you mean "keys"?'],
    [{}, 'option "decryption.keys" must be a non-empty array of private keys, not undefined'],
    [
      { keys: [] },
      'option "decryption.keys" must be a non-empty array of private keys, not an empty array',
    ],
    [{ keys: [ec.privateJwk], required: 1 }, 'option "decryption.required" must be true or false'],
    [
      { keys: Array.from({ length: 17 }, () => ec.privateJwk) },
      'option "decryption.keys" must have at most 16 keys; omit those that are not used any more',
    ],
    [
      {
        keys: [
          ec.privateJwk,
          rsa.privateJwk,
          { ...ec.privateKey.export({ format: 'jwk' }), kid: 'b' },
        ],
      },
      'option "decryption.keys" must contain each key once; decryption.keys[2] repeats decryption.keys[0]',
    ],
  ])('refuses options %#', (given, message) => {
    expect(messageOf(given)).toBe(message);
  });

  const kinds = 'an RSA key, or an EC key with P-256, P-384, P-521 or X25519';
  it.each<[string, unknown, string]>([
    [
      'text',
      'secret',
      '" must be a JWK or a KeyObject; import PEM and DER with createPrivateKey() of node:crypto',
    ],
    [
      'octets',
      randomBytes(4),
      '" must be a JWK or a KeyObject; import PEM and DER with createPrivateKey() of node:crypto',
    ],
    ['a number', 1, '" must be a JWK or a KeyObject, not a number'],
    [
      'an object without kty',
      {},
      '" must be a JWK or a KeyObject; convert a CryptoKey with KeyObject.from() of node:crypto',
    ],
    ['a public JWK', ec.publicJwk, '" must be a private key; this JWK has no "d"'],
    ['a public KeyObject', ec.publicKey, '" must be a private KeyObject, not a public one'],
    [
      'a secret KeyObject',
      createSecretKey(randomBytes(32)),
      '" must be a private KeyObject, not a secret one',
    ],
    ['a shared secret', { kty: 'oct', k: 'AAAA' }, `" must be ${kinds}, not a shared secret`],
    ['an Ed25519 key', createKeyPair('ed25519').privateJwk, `" must be ${kinds}`],
    ['a secp256k1 key', createKeyPair('secp256k1').privateKey, `" must be ${kinds}`],
    ['an Ed448 key', createKeyPair('ed448').privateKey, `" must be ${kinds}`],
    [
      'an RSA key of 1024 bits',
      createKeyPair('rsa', { modulusLength: 1024 }).privateKey,
      '" must have from 2048 to 4096 bits, not 1024',
    ],
    [
      'an RSA JWK without primes',
      { ...rsa.privateJwk, p: undefined },
      `" must be a complete private JWK: ${kinds}`,
    ],
    [
      'a JWK of garbage',
      { kty: 'EC', crv: 'P-256', d: 'a', x: 'b', y: 'c' },
      `" must be a complete private JWK: ${kinds}`,
    ],
    [
      'mixed members',
      { ...ec.privateJwk, d: otherEc.privateJwk.d },
      '" must be one key pair; its public and private members do not match',
    ],
    [
      'a mixed X25519 key',
      { ...x25519.privateJwk, x: createKeyPair('x25519').publicJwk.x },
      '" must be one key pair; its public and private members do not match',
    ],
    [
      'a key for signatures',
      { ...ec.privateJwk, use: 'sig' },
      '.use" must be "enc"; keys for signatures do not decrypt tokens',
    ],
    [
      'other operations',
      { ...ec.privateJwk, key_ops: ['sign'] },
      '.key_ops" must contain "deriveKey" or "deriveBits"',
    ],
    [
      'operations in a string',
      { ...rsa.privateJwk, key_ops: 'decrypt' },
      '.key_ops" must contain "decrypt" or "unwrapKey"',
    ],
    ['a kid of another type', { ...ec.privateJwk, kid: 1 }, '.kid" must be a string, not a number'],
    [
      'another alg',
      { ...rsa.privateJwk, alg: 'RSA-OAEP' },
      '.alg" must be RSA-OAEP-256, or omitted; did you mean "RSA-OAEP-256"?',
    ],
    [
      'the alg of another type',
      { ...ec.privateJwk, alg: 'ES256' },
      '.alg" must be ECDH-ES, ECDH-ES+A128KW, ECDH-ES+A256KW, or omitted',
    ],
  ])('refuses %s as a key', (_, key, message) => {
    expect(keyMessageOf(key)).toBe(`option "decryption.keys[0]${message}`);
  });

  it('names the path of an issuer, and never a member of a key', () => {
    const jwk = { ...ec.privateJwk, d: 'secret-octets' };
    const context = { path: 'issuers[1].', allowHttp: false };
    const message = typeErrorMessageOf(() => resolveDecryption({ keys: [jwk] }, context));
    expect(message).toMatch(/^option "issuers\[1\]\.decryption\.keys\[0\]" must be /);
    expect(message).not.toContain('secret-octets');
  });
});
