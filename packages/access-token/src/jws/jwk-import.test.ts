import { verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type ImportedKey,
  importJwk,
  type KeySkippedReason,
  type PreparedKeys,
} from './jwk-import.js';
import { type Algorithm, PUBLIC_KEY_ALGORITHMS } from './signature.js';
import { createKeyPair, type KeyKind } from '../../../../test/support/key-pairs.js';

type Jwk = Readonly<Record<string, unknown>>;

function exportPublic(kind: KeyKind): Jwk {
  return createKeyPair(kind).publicJwk;
}

const RSA = exportPublic('rsa');
const P256 = exportPublic('P-256');
const P384 = exportPublic('P-384');
const P521 = exportPublic('P-521');
const ED25519 = exportPublic('ed25519');

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

function skippedReason(
  jwk: unknown,
  allowed: readonly Algorithm[] = PUBLIC_KEY_ALGORITHMS,
): KeySkippedReason | undefined {
  const imported = importJwk(jwk, allowed);
  return 'skipped' in imported ? imported.skipped : undefined;
}

function algorithmsOf(
  jwk: unknown,
  allowed: readonly Algorithm[] = PUBLIC_KEY_ALGORITHMS,
): string[] {
  const imported = importJwk(jwk, allowed);
  return 'keys' in imported ? [...imported.keys.keys()] : [];
}

function octets(value: unknown): Buffer {
  return Buffer.from(String(value), 'base64url');
}

function encode(bytes: Buffer | readonly number[]): string {
  return Buffer.from(bytes).toString('base64url');
}

describe('importJwk › good key', () => {
  it.each([
    ['RSA', RSA, RSA_ALGORITHMS],
    ['P-256', P256, ['ES256']],
    ['P-384', P384, ['ES384']],
    ['P-521', P521, ['ES512']],
    ['Ed25519', ED25519, ['EdDSA', 'Ed25519']],
  ])('is prepared for every algorithm of its type: %s', (_case, jwk, algorithms) => {
    expect(algorithmsOf(jwk)).toEqual(algorithms);
  });

  it.each([
    [RSA, 'PS256'],
    [P256, 'ES256'],
    [ED25519, 'EdDSA'],
    [ED25519, 'Ed25519'],
  ])('is prepared for the algorithm that it names', (jwk, alg) => {
    expect(algorithmsOf({ ...jwk, alg })).toEqual([alg]);
  });

  it('is not prepared for an algorithm that is not allowed', () => {
    expect(algorithmsOf(RSA, ['PS256', 'ES256'])).toEqual(['PS256']);
  });

  it('has its "kid", one key object for all algorithms, and is not withdrawn', () => {
    const imported = importJwk({ ...RSA, kid: 'k1' }, ['RS256', 'PS256']);
    const keys = 'keys' in imported ? [...imported.keys.values()] : [];
    expect(keys).toMatchObject([
      { alg: 'RS256', kid: 'k1', withdrawn: false, signatureBytes: 256 },
      { alg: 'PS256', kid: 'k1', withdrawn: false, signatureBytes: 256 },
    ]);
    expect(keys[0]?.keyObject).toBe(keys[1]?.keyObject);
    expect(keys[0]?.keyObject.type).toBe('public');
  });

  it.each([
    ['use: sig', { use: 'sig' }],
    ['key_ops: verify', { key_ops: ['verify'] }],
    ['key_ops: sign and verify', { key_ops: ['sign', 'verify'] }],
    ['both', { use: 'sig', key_ops: ['verify'] }],
    ['no kid', { kid: undefined }],
    ['unknown members', { 'x-foo': 1, x5c: ['MIIB'], x5t: 'x', constructor: 1 }],
  ])('may have: %s', (_case, members) => {
    expect(algorithmsOf({ ...P256, ...members })).toEqual(['ES256']);
  });
});

describe('importJwk › unusable key', () => {
  it.each<[string, unknown, KeySkippedReason]>([
    ['null', null, 'malformed'],
    ['text', 'key', 'malformed'],
    ['a list', [], 'malformed'],
    ['a kid that is a number', { ...P256, kid: 1 }, 'malformed'],
    ['a kid that is null', { ...P256, kid: null }, 'malformed'],
    ['use: enc', { ...P256, use: 'enc' }, 'use'],
    ['use in upper case', { ...P256, use: 'SIG' }, 'use'],
    ['use: null', { ...P256, use: null }, 'use'],
    ['key_ops without verify', { ...P256, key_ops: ['encrypt'] }, 'use'],
    ['no key_ops', { ...P256, key_ops: [] }, 'use'],
    ['key_ops with a value twice', { ...P256, key_ops: ['verify', 'verify'] }, 'use'],
    ['key_ops that are text', { ...P256, key_ops: 'verify' }, 'use'],
    ['no kty', { ...P256, kty: undefined }, 'unsupported'],
    ['kty in lower case', { ...RSA, kty: 'rsa' }, 'unsupported'],
    ['an unknown kty', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA' }, 'unsupported'],
    ['a symmetric key without k', { kty: 'oct', alg: 'HS256' }, 'unsupported'],
    ['an alg of another kind', { ...P256, alg: 'RS256' }, 'unsupported'],
    ['an alg of another curve', { ...P384, alg: 'ES256' }, 'unsupported'],
    ['an alg for encryption', { ...RSA, alg: 'RSA-OAEP' }, 'unsupported'],
    ['an alg that is not a string', { ...P256, alg: ['ES256'] }, 'unsupported'],
    ['an unknown curve', { ...P256, crv: 'secp256k1' }, 'unsupported'],
    ['X25519', exportPublic('x25519'), 'unsupported'],
    ['Ed448', exportPublic('ed448'), 'unsupported'],
  ])('is skipped: %s', (_case, jwk, reason) => {
    expect(skippedReason(jwk)).toBe(reason);
  });

  it('is skipped when no allowed algorithm fits', () => {
    expect(skippedReason({ ...RSA, alg: 'RS256' }, ['PS256'])).toBe('unsupported');
    expect(skippedReason(RSA, [])).toBe('unsupported');
  });

  it.each(['HS256', 'HS512'] as const)('is never a secret, even where %s is allowed', (alg) => {
    expect(skippedReason({ kty: 'oct', alg }, [alg])).toBe('unsupported');
    expect(skippedReason({ kty: 'oct', alg, k: encode(Buffer.alloc(64, 1)) }, [alg])).toBe(
      'private',
    );
  });
});

describe('importJwk › published private key', () => {
  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('is skipped: %s', (name) => {
    expect(skippedReason({ ...RSA, [name]: 'AQAB' })).toBe('private');
    expect(skippedReason({ ...P256, [name]: null })).toBe('private');
  });

  it('is skipped for all algorithms', () => {
    expect(skippedReason(createKeyPair('P-256').privateJwk)).toBe('private');
  });
});

describe('importJwk › malformed key', () => {
  const { n, e } = RSA;
  const { x, y } = P256;
  const shortened = encode(octets(x).subarray(1));
  const lengthened = encode(Buffer.concat([Buffer.alloc(1), octets(x)]));

  it.each([
    ['RSA without n', { ...RSA, n: undefined }],
    ['RSA without e', { ...RSA, e: undefined }],
    ['RSA with an empty n', { ...RSA, n: '' }],
    ['RSA with an empty e', { ...RSA, e: '' }],
    ['RSA with an n that is a number', { ...RSA, n: 1 }],
    ['RSA with a padded n', { ...RSA, n: `${String(n)}==` }],
    ['RSA with a padded e', { ...RSA, e: `${String(e)}=` }],
    ['RSA with white space in n', { ...RSA, n: ` ${String(n)}` }],
    ['EC without y', { ...P256, y: undefined }],
    ['EC with an x that lost an octet', { ...P256, x: shortened }],
    ['EC with an x that gained a zero', { ...P256, x: lengthened }],
    ['EC with a y that lost an octet', { ...P256, y: encode(octets(y).subarray(1)) }],
    ['EC with the coordinates of another curve', { ...P384, crv: 'P-256' }],
    ['EC off the curve', { ...P256, x: y, y: x }],
    ['EC at (0, 0)', { ...P256, x: encode(Buffer.alloc(32)), y: encode(Buffer.alloc(32)) }],
    ['EC beyond the field', { ...P256, x: encode(Buffer.alloc(32, 0xff)) }],
    ['Ed25519 without x', { ...ED25519, x: undefined }],
    ['Ed25519 of 16 octets', { ...ED25519, x: encode(octets(ED25519['x']).subarray(16)) }],
    ['Ed25519 of 33 octets', { ...ED25519, x: encode(Buffer.alloc(33, 1)) }],
  ])('is skipped: %s', (_case, jwk) => {
    expect(skippedReason(jwk)).toBe('malformed');
  });
});

describe('importJwk › weak RSA key', () => {
  /** A modulus of a given length, whose factors are unknown. */
  const modulusOf = (bits: number): string => {
    const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xa5);
    bytes.writeUInt8(1 << ((bits - 1) % 8), 0);
    bytes.writeUInt8(1, bytes.length - 1);
    return encode(bytes);
  };

  it.each([
    [512, 'rsa_size'],
    [1024, 'rsa_size'],
    [2040, 'rsa_size'],
    [2047, 'rsa_size'],
    [2048, undefined],
    [2049, undefined],
    [4096, undefined],
    [16_384, undefined],
    [16_385, 'rsa_size'],
  ])('is skipped for its size: %d bits', (bits, reason) => {
    expect(skippedReason({ ...RSA, n: modulusOf(bits) })).toBe(reason);
  });

  it('is measured without leading zeros', () => {
    const n = encode(Buffer.concat([Buffer.alloc(128), octets(modulusOf(1024))]));
    expect(skippedReason({ ...RSA, n })).toBe('rsa_size');
  });

  it('is skipped when it is a real one of 1024 bits', () => {
    const { publicJwk } = createKeyPair('rsa', { modulusLength: 1024 });
    expect(skippedReason(publicJwk)).toBe('rsa_size');
  });

  it.each([
    ['1', [1], 'rsa_exponent'],
    ['3', [3], 'rsa_exponent'],
    ['17', [17], 'rsa_exponent'],
    ['65535', [0xff, 0xff], 'rsa_exponent'],
    ['65536', [1, 0, 0], 'rsa_exponent'],
    ['65537', [1, 0, 1], undefined],
    ['65538', [1, 0, 2], 'rsa_exponent'],
    ['65539', [1, 0, 3], undefined],
    ['2 to the power of 32', [1, 0, 0, 0, 0], 'rsa_exponent'],
    ['2 to the power of 32, and 1', [1, 0, 0, 0, 1], undefined],
    ['one of 64 bits', [0xff, 0, 0, 0, 0, 0, 0, 1], undefined],
    ['one of 65 bits', [1, 0, 0, 0, 0, 0, 0, 0, 1], 'rsa_exponent'],
    ['one of 2000 bits', [...Buffer.alloc(250, 0xff)], 'rsa_exponent'],
    ['65537 with a leading zero', [0, 1, 0, 1], 'rsa_exponent'],
    ['0', [0], 'rsa_exponent'],
  ])('is skipped for its exponent: %s', (_case, exponent, reason) => {
    expect(skippedReason({ ...RSA, e: encode(exponent) })).toBe(reason);
  });
});

describe('importJwk › RSA modulus', () => {
  it.each([
    ['even', Buffer.concat([Buffer.alloc(255, 0xff), Buffer.from([0xfe])]), 'rsa_modulus'],
    ['a power of two', Buffer.concat([Buffer.from([0x80]), Buffer.alloc(255)]), 'rsa_modulus'],
    ['odd', Buffer.alloc(256, 0xff), undefined],
  ])('is checked before OpenSSL imports it: %s', (_case, modulus, reason) => {
    expect(skippedReason({ ...RSA, n: encode(modulus) })).toBe(reason);
  });

  it('is not decoded when it is as long as a document', () => {
    expect(skippedReason({ ...RSA, n: 'A'.repeat(500_000) })).toBe('rsa_size');
    expect(skippedReason({ ...RSA, e: 'A'.repeat(500_000) })).toBe('rsa_exponent');
  });
});

describe('importJwk › known key', () => {
  const imported = importJwk({ ...RSA, kid: 'k1' }, ['RS256']);
  const known = (fingerprint: string): PreparedKeys | undefined =>
    'keys' in imported && imported.fingerprint === fingerprint ? imported.keys : undefined;
  const again = (jwk: object): ImportedKey => importJwk(jwk, ['RS256', 'PS256'], known);

  it('is not imported again when other members differ', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const same = again({
      e: RSA['e'],
      kty: 'RSA',
      n: RSA['n'],
      kid: 'k1',
      x5c: ['x'],
      crv: deep,
      x: deep,
    });
    if (!('keys' in same) || !('keys' in imported)) throw new Error('skipped');
    expect(same.isCreated).toBe(false);
    expect(same.keys.get('RS256')).toBe(imported.keys.get('RS256'));
    expect(same.keys.get('PS256')?.keyObject).toBe(imported.keys.get('RS256')?.keyObject);
  });

  it.each([
    ['another "kid"', { ...RSA, kid: 'k2' }],
    ['no "kid"', { ...RSA }],
    ['another exponent', { ...RSA, kid: 'k1', e: encode([1, 0, 3]) }],
  ])('is another one with %s', (_case, jwk) => {
    expect(again(jwk).isCreated).toBe(true);
  });

  it.each([
    ['private', { d: 'AQAB' }],
    ['use', { use: 'enc' }],
    ['unsupported', { alg: 'ES256' }],
  ])('is skipped all the same: %s', (skipped, members) => {
    expect(again({ ...RSA, kid: 'k1', ...members })).toEqual({ skipped, isCreated: false });
  });
});

describe('importJwk › Ed25519 key of small order', () => {
  const P = 2n ** 255n - 19n;
  const mod = (value: bigint): bigint => ((value % P) + P) % P;

  function power(base: bigint, exponent: bigint): bigint {
    let result = 1n;
    for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = mod(result * square);
      square = mod(square * square);
    }
    return result;
  }

  /** RFC 8032 §5.1.3: the field prime is 5 modulo 8. */
  function squareRoot(square: bigint): bigint | undefined {
    const root = power(square, (P + 3n) / 8n);
    const candidates = [root, mod(root * power(2n, (P - 1n) / 4n))];
    return candidates.find((candidate) => mod(candidate * candidate) === mod(square));
  }

  /**
   * The y-coordinates of all points whose order divides 8, from the curve's equation
   * -x² + y² = 1 + d·x²·y². Doubling a point of order 8 gives y = 0, therefore y² = -x², and so
   * d·y⁴ + 2y² - 1 = 0.
   */
  function smallOrderOrdinates(): bigint[] {
    const d = mod(-121_665n * power(121_666n, P - 2n));
    const discriminant = squareRoot(mod(1n + d)) ?? 0n;
    const squares = [discriminant, -discriminant].map((root) =>
      mod((root - 1n) * power(d, P - 2n)),
    );
    const roots = squares.map(squareRoot).filter((root) => root !== undefined);
    const ofOrder8 = roots.flatMap((root) => [root, mod(-root)]);
    return [1n, P - 1n, 0n, ...ofOrder8];
  }

  function encodePoint(y: bigint, sign: bigint): string {
    const bigEndian = (y | (sign << 255n)).toString(16).padStart(64, '0');
    return encode(Buffer.from(bigEndian, 'hex').reverse());
  }

  const ordinates = smallOrderOrdinates();
  // A y-coordinate below 19 has a second encoding, which is not canonical.
  const encoded = [...ordinates, ...ordinates.map((y) => y + P).filter((y) => y < 2n ** 255n)];
  const keys = encoded.flatMap((y) => [encodePoint(y, 0n), encodePoint(y, 1n)]);

  it('has one of fourteen encodings', () => {
    expect(new Set(keys).size).toBe(14);
  });

  it.each(keys)('is skipped: %s', (x) => {
    expect(skippedReason({ ...ED25519, x })).toBe('small_order');
  });

  it('would accept one signature for every message', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: encodePoint(1n, 0n) };
    const signature = Buffer.alloc(64).fill(1, 0, 1);
    for (const message of ['a', 'b']) {
      const key = { key: jwk, format: 'jwk' } as const;
      expect(verify(undefined, Buffer.from(message), key, signature)).toBe(true);
    }
  });

  it.each([P + 2n, P + 18n])('is skipped, like one whose y is not canonical: %d', (y) => {
    expect(skippedReason({ ...ED25519, x: encodePoint(y, 0n) })).toBe('small_order');
  });
});
