import { constants, createSecretKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  type Algorithm,
  ALGORITHM_PROFILES,
  isSignatureValid,
  prepareKey,
  PUBLIC_KEY_ALGORITHMS,
  SECRET_ALGORITHMS,
} from './signature.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A key pair for every algorithm; algorithms with the same kind of key share one. */
function generatePairs(): Readonly<Record<Algorithm, KeyPair>> {
  // The upper four bits of the modulus occupy a separate octet.
  const rsa = createKeyPair('rsa', { modulusLength: 2052 });
  const ed25519 = createKeyPair('ed25519');
  const secret = createSecretKey(randomBytes(64));
  const hmac = { privateKey: secret, publicKey: secret };
  return {
    RS256: rsa,
    RS384: rsa,
    RS512: rsa,
    PS256: rsa,
    PS384: rsa,
    PS512: rsa,
    ES256: createKeyPair('P-256'),
    ES384: createKeyPair('P-384'),
    ES512: createKeyPair('P-521'),
    EdDSA: ed25519,
    Ed25519: ed25519,
    HS256: hmac,
    HS384: hmac,
    HS512: hmac,
  };
}

const PAIRS = generatePairs();
const OTHER_PAIRS = generatePairs();
const rsa = PAIRS.RS256;
const p256 = PAIRS.ES256;
const ALGORITHMS = [...PUBLIC_KEY_ALGORITHMS, ...SECRET_ALGORITHMS];
const INPUT = Buffer.from('header.payload');

/** Signs with jose, and returns the parts of the JWS. */
async function signByJose(alg: Algorithm): Promise<[input: Buffer, signature: Buffer]> {
  const token = await new CompactSign(Buffer.from('payload'))
    .setProtectedHeader({ alg })
    .sign(PAIRS[alg].privateKey);
  const dot = token.lastIndexOf('.');
  return [Buffer.from(token.slice(0, dot)), Buffer.from(token.slice(dot + 1), 'base64url')];
}

function isValid(alg: Algorithm, signature: Buffer, input: Buffer = INPUT): boolean {
  return isSignatureValid(prepareKey(alg, undefined, PAIRS[alg].publicKey), input, signature);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

describe('prepareKey', () => {
  it('prepares a key for one algorithm', () => {
    expect(prepareKey('ES256', 'k1', p256.publicKey)).toEqual({
      alg: 'ES256',
      kid: 'k1',
      keyObject: p256.publicKey,
      signatureBytes: 64,
      input: { key: p256.publicKey, dsaEncoding: 'ieee-p1363' },
      withdrawn: false,
    });
  });

  it.each([
    ['RS256', 257],
    ['PS512', 257],
    ['ES384', 96],
    ['ES512', 132],
    ['Ed25519', 64],
    ['HS384', 48],
  ] as const)('knows how long signatures are: %s', (alg, octets) => {
    expect(prepareKey(alg, undefined, PAIRS[alg].publicKey).signatureBytes).toBe(octets);
  });
});

describe.each(ALGORITHMS)('isSignatureValid, %s', (alg) => {
  it('accepts signatures of jose, and nothing similar', async () => {
    const [input, signature] = await signByJose(alg);
    expect(isValid(alg, signature, input)).toBe(true);
    for (const at of [0, signature.length >> 1, signature.length - 1]) {
      expect(isValid(alg, flipped(signature, at), input)).toBe(false);
    }
    expect(isValid(alg, signature, flipped(input, 0))).toBe(false);
    expect(isValid(alg, signature, flipped(input, input.length - 1))).toBe(false);
  });

  it('refuses a signature of any other length', async () => {
    const [input, signature] = await signByJose(alg);
    const others = [
      Buffer.alloc(0),
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([signature, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), signature]),
      Buffer.concat([signature, signature]),
    ];
    expect(others.map((other) => isValid(alg, other, input))).toEqual(others.map(() => false));
  });

  it('refuses the signature of another key', async () => {
    const [input, signature] = await signByJose(alg);
    const otherKey = prepareKey(alg, undefined, OTHER_PAIRS[alg].publicKey);
    expect(isSignatureValid(otherKey, input, signature)).toBe(false);
  });
});

describe('isSignatureValid, RSA', () => {
  it.each([
    ['RS256', 'PS256'],
    ['PS256', 'RS256'],
    ['RS256', 'RS512'],
    ['PS256', 'PS384'],
  ] as const)('refuses a signature made by %s as one of %s', async (made, claimed) => {
    const [input, signature] = await signByJose(made);
    expect(isValid(claimed, signature, input)).toBe(false);
  });

  it.each([0, 20, constants.RSA_PSS_SALTLEN_MAX_SIGN])(
    'refuses a PSS salt that is not as long as the digest: %d',
    (saltLength) => {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      const signature = sign('sha256', INPUT, { key: rsa.privateKey, padding, saltLength });
      expect(isValid('PS256', signature)).toBe(false);
    },
  );
});

describe('isSignatureValid, ECDSA', () => {
  // The order of P-256. FIPS 186-5, SP 800-186 §3.2.1.3.
  const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

  it('refuses DER of any length', () => {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      expect(isValid('ES256', sign('sha256', INPUT, p256.privateKey))).toBe(false);
    }
  });

  it.each([
    ['r = s = 0', Buffer.alloc(64)],
    ['r = s = n', Buffer.from(ORDER + ORDER, 'hex')],
    ['r = 0, s = 1', Buffer.concat([Buffer.alloc(63), Buffer.from([1])])],
    ['r = 1, s = 0', Buffer.concat([Buffer.alloc(31), Buffer.from([1]), Buffer.alloc(32)])],
    ['all ones', Buffer.alloc(64, 0xff)],
  ])('refuses %s', (_case, signature) => {
    expect(isValid('ES256', signature)).toBe(false);
  });
});

describe('ALGORITHM_PROFILES', () => {
  it('has no "none", and no symmetric algorithm by default', () => {
    expect(PUBLIC_KEY_ALGORITHMS).toEqual([
      'RS256',
      'RS384',
      'RS512',
      'PS256',
      'PS384',
      'PS512',
      'ES256',
      'ES384',
      'ES512',
      'EdDSA',
      'Ed25519',
    ]);
    expect(Object.keys(ALGORITHM_PROFILES).sort()).toEqual([...ALGORITHMS].sort());
  });
});
