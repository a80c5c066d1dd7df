import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { InvalidProofError, InvalidTokenError } from '@scopegate/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PUBLIC_KEY_ALGORITHMS, type VerificationKey } from '../jws/signature.js';
import { requireProofKey } from './proof-checks.js';
import { createProofRules } from './proof-rules.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { thumbprintOf } from '../../../../test/support/proofs.js';
import type { Members } from '../../../../test/support/tokens.js';

const policy = {
  publicUrls: ['https://api.example.com'],
  algorithms: PUBLIC_KEY_ALGORITHMS,
  maxAgeSeconds: 60,
  clockToleranceSeconds: 30,
  replay: { store: undefined, maxEntries: 1_000 },
  nonce: undefined,
} as const;
const rules = createProofRules(policy);

const P256 = createKeyPair('P-256').publicJwk;
const P384 = createKeyPair('P-384').publicJwk;
const P521 = createKeyPair('P-521').publicJwk;
const ED25519 = createKeyPair('ed25519').publicJwk;
const RSA = createKeyPair('rsa').publicJwk;

const ANOTHER = thumbprintOf(createKeyPair('P-256').publicJwk);

/** The key of a header; the token is bound to it unless another binding is named. */
function keyOf(header: Members, jkt?: string): VerificationKey {
  const parameters = { typ: 'dpop+jwt', alg: 'ES256', jwk: P256, ...header };
  const confirmation = { jkt: jkt ?? thumbprintOf(parameters.jwk) };
  return requireProofKey({ parameters, confirmation, rules });
}

function refusalOf(header: Members, jkt?: string): string | undefined {
  try {
    keyOf(header, jkt);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidProofError || error instanceof InvalidTokenError) {
      return error.reason;
    }
    throw error;
  }
}

function octets(value: unknown): Buffer {
  return Buffer.from(String(value), 'base64url');
}

function encode(bytes: Buffer | readonly number[]): string {
  return Buffer.from(bytes).toString('base64url');
}

/** A modulus of a given length, whose factors are unknown. */
function modulusOf(bits: number): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xa5);
  bytes.writeUInt8(1 << ((bits - 1) % 8), 0);
  bytes.writeUInt8(1, bytes.length - 1);
  return encode(bytes);
}

describe('requireProofKey › header', () => {
  it.each(['dpop+jwt', 'DPoP+JWT', 'application/dpop+jwt', 'APPLICATION/DPOP+JWT'])(
    'may have this "typ": %s',
    (typ) => {
      expect(refusalOf({ typ })).toBeUndefined();
    },
  );

  it.each([undefined, null, 1, '', 'JWT', 'at+jwt', 'dpop+jwt ', 'text/dpop+jwt', ['dpop+jwt']])(
    'may not have this "typ": %j',
    (typ) => {
      expect(refusalOf({ typ })).toBe('proof_typ');
    },
  );

  it.each([
    ['ES256', P256],
    ['ES384', P384],
    ['ES512', P521],
    ['EdDSA', ED25519],
    ['Ed25519', ED25519],
    ['RS256', RSA],
    ['PS512', RSA],
  ])('is accepted with a key of its algorithm: %s', (alg, jwk) => {
    expect(keyOf({ alg, jwk })).toMatchObject({ alg, kid: undefined });
  });

  it.each([undefined, null, 'none', 'NONE', 'HS256', 'es256', 'ES256 ', 'ES256K', ['ES256']])(
    'may not have this "alg": %j',
    (alg) => {
      expect(refusalOf({ alg })).toBe('proof_alg');
    },
  );

  it('may only have an "alg" that the policy lists', () => {
    const narrow = createProofRules({ ...policy, algorithms: ['PS256'] });
    const header = { confirmation: { jkt: thumbprintOf(RSA) }, rules: narrow };
    const parameters = { typ: 'dpop+jwt', jwk: RSA };
    const check = (alg: string) => () =>
      requireProofKey({ ...header, parameters: { ...parameters, alg } });
    expect(check('PS256')).not.toThrow();
    expect(check('RS256')).toThrow(new InvalidProofError('proof_alg'));
  });
});

describe('requireProofKey › jwk', () => {
  it.each([
    ['absent', undefined],
    ['null', null],
    ['a string', 'jwk'],
    ['an array', [P256]],
    ['empty', {}],
    ['of another type', RSA],
    ['symmetric', { kty: 'oct', k: 'AQAB' }],
    ['without x', { ...P256, x: undefined }],
    ['with an x that is a number', { ...P256, x: 1 }],
    ['with an x that is an array', { ...P256, x: [P256.x] }],
    ['without crv', { ...P256, crv: undefined }],
  ])('is refused: %s', (_case, jwk) => {
    expect(refusalOf({ jwk }, ANOTHER)).toBe('proof_key');
  });

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])(
    'is refused with a private member: %s',
    (name) => {
      for (const value of ['AQAB', null, 1, []]) {
        expect(refusalOf({ jwk: { ...P256, [name]: value } })).toBe('proof_key');
        expect(refusalOf({ alg: 'RS256', jwk: { ...RSA, [name]: value } })).toBe('proof_key');
      }
    },
  );

  it.each([
    { kid: 'k1' },
    { kid: 1 },
    { alg: 'RS256' },
    { use: 'enc' },
    { key_ops: ['sign'] },
    { key_ops: [], ext: true, x5c: ['MIIB'], 'x-unknown': {} },
  ])('may have other members, which do not change its thumbprint: %j', (members) => {
    expect(refusalOf({ jwk: { ...members, ...P256 } })).toBeUndefined();
  });

  it.each([{ kid: 'k1' }, { kid: 1 }, { jku: 'https://evil.example' }, { x5c: ['MIIB'] }])(
    'is the only source of the key: %j is not read',
    (parameters) => {
      expect(refusalOf(parameters)).toBeUndefined();
    },
  );
});

describe('requireProofKey › quality of the key', () => {
  const { x, y } = P256;

  it.each([
    ['ES256 with P-384', 'ES256', P384],
    ['ES384 with P-256', 'ES384', P256],
    ['secp256k1', 'ES256', createKeyPair('secp256k1').publicJwk],
    ['X25519', 'EdDSA', createKeyPair('x25519').publicJwk],
    ['Ed448', 'EdDSA', createKeyPair('ed448').publicJwk],
    ['a point off the curve', 'ES256', { ...P256, x: y, y: x }],
    ['an x that lost an octet', 'ES256', { ...P256, x: encode(octets(x).subarray(1)) }],
    [
      'an x that gained a zero',
      'ES256',
      { ...P256, x: encode(Buffer.concat([Buffer.alloc(1), octets(x)])) },
    ],
    ['a padded x', 'ES256', { ...P256, x: `${String(x)}=` }],
    ['Ed25519 of small order', 'Ed25519', { ...ED25519, x: encode(Buffer.alloc(32)) }],
    ['Ed25519 with the order 1', 'EdDSA', { ...ED25519, x: encode([1, ...Buffer.alloc(31)]) }],
    ['Ed25519 that is not canonical', 'EdDSA', { ...ED25519, x: encode(Buffer.alloc(32, 0xff)) }],
  ])('is refused, even if the token is bound to it: %s', (_case, alg, jwk) => {
    expect(refusalOf({ alg, jwk })).toBe('proof_key');
  });

  it.each([
    [1024, 'proof_key'],
    [2047, 'proof_key'],
    [2048, undefined],
    [3072, undefined],
    [4096, undefined],
    [4097, 'proof_key'],
    [4104, 'proof_key'],
    [16_384, 'proof_key'],
  ])('has bounds for the RSA modulus: %d bits', (bits, reason) => {
    expect(refusalOf({ alg: 'RS256', jwk: { ...RSA, n: modulusOf(bits) } })).toBe(reason);
  });

  it.each([
    ['1', [1], 'proof_key'],
    ['3', [3], 'proof_key'],
    ['65535', [0xff, 0xff], 'proof_key'],
    ['65536', [1, 0, 0], 'proof_key'],
    ['65537', [1, 0, 1], undefined],
    ['65538', [1, 0, 2], 'proof_key'],
    ['2 to the power of 32, minus 1', [0xff, 0xff, 0xff, 0xff], undefined],
    ['2 to the power of 32, and 1', [1, 0, 0, 0, 1], 'proof_key'],
    ['65537 with a leading zero', [0, 1, 0, 1], 'proof_key'],
    ['as long as the modulus', [...Buffer.alloc(256, 0xff)], 'proof_key'],
  ])('has bounds for the RSA exponent: %s', (_case, exponent, reason) => {
    expect(refusalOf({ alg: 'RS256', jwk: { ...RSA, e: encode(exponent) } })).toBe(reason);
  });
});

describe('requireProofKey › order', () => {
  it.each([
    ['proof_typ', { typ: 'JWT', alg: 'none', jwk: undefined }],
    ['proof_alg', { alg: 'HS256', jwk: { kty: 'oct', k: 'AQAB' } }],
    ['proof_key', { jwk: { ...P256, d: 'AQAB' } }],
    ['binding', { jwk: P384 }],
    ['binding', { alg: 'RS256', jwk: { ...RSA, e: 'AQ' } }],
  ])('refuses for the first reason: %s', (reason, header) => {
    expect(refusalOf(header, ANOTHER)).toBe(reason);
  });
});

describe('requireProofKey › cost', () => {
  const spies = {
    createPublicKey: vi.spyOn(crypto, 'createPublicKey'),
    verify: vi.spyOn(crypto, 'verify'),
  };

  beforeEach(() => {
    syncBuiltinESMExports();
    vi.clearAllMocks();
  });

  afterEach(() => {
    expect(spies.verify).not.toHaveBeenCalled();
  });

  it('is one import for a good key', () => {
    keyOf({});
    expect(spies.createPublicKey).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['the key of another caller', {}, 'binding', ANOTHER],
    ['an exponent as long as the modulus', { jwk: { ...RSA, e: RSA.n } }, 'proof_key'],
    ['a modulus of 16,384 bits', { jwk: { ...RSA, n: modulusOf(16_384) } }, 'proof_key'],
    ['a modulus of 1,024 bits', { jwk: { ...RSA, n: modulusOf(1_024) } }, 'proof_key'],
    ['a private key', { jwk: createKeyPair('rsa').privateJwk }, 'proof_key'],
    ['small order', { alg: 'EdDSA', jwk: { ...ED25519, x: 'A'.repeat(43) } }, 'proof_key'],
  ])('does not include an import for %s', (_case, header, reason, jkt?: string) => {
    expect(refusalOf({ alg: 'RS256', jwk: RSA, ...header }, jkt)).toBe(reason);
    expect(spies.createPublicKey).not.toHaveBeenCalled();
  });
});
