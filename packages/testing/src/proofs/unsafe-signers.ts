/**
 * Keys that a verifier must refuse although their signatures are valid.
 *
 * @module
 */
import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { requiredMembers } from '../tokens/jwk-thumbprint.js';
import { createSigningKey, lazily, toSigningKey } from '../tokens/signing-keys.js';
import { createProofSigner, type ProofSigner } from './proof-draft.js';

// Each is generated once per process, because RSA keys are slow to generate.

/** An RSA key of 1024 bits. RFC 7518 §3.3 requires 2048. */
export const rsa1024Signer: () => ProofSigner = lazily(() =>
  createProofSigner(toSigningKey('RS256', 'weak', generateRsa(1024, 65_537))),
);

/** An RSA key whose exponent is as long as its modulus, so that each verification takes milliseconds. */
export const longExponentSigner: () => ProofSigner = lazily(() => {
  // The exponents of a key pair can be swapped. Signatures by the exponent 3 are easy to compute.
  const { privateKey } = toSigningKey('RS256', 'weak', generateRsa(2048, 3));
  const { n, d } = privateKey.export({ format: 'jwk' });
  const modulus = toBigInt(Buffer.from(n ?? '', 'base64url'));
  return {
    alg: 'RS256',
    jwk: requiredMembers({ kty: 'RSA', n, e: d }),
    sign: (input) => toOctets(padPkcs1(input) ** 3n % modulus),
  };
});

/** The neutral element of Ed25519 as a key, with a signature that is valid for every message. */
export const smallOrderSigner: () => ProofSigner = lazily(() => {
  const point = Buffer.alloc(32);
  point[0] = 1;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') };
  return {
    alg: 'EdDSA',
    jwk: requiredMembers(jwk),
    sign: () => Buffer.concat([point, Buffer.alloc(32)]),
  };
});

/** A key on the curve P-384 that signs with SHA-256 and names the algorithm ES256. */
export const es256WithP384Signer: () => ProofSigner = lazily(() => {
  const key = createSigningKey('ES384', 'weak');
  return createProofSigner({ ...key, alg: 'ES256' });
});

function generateRsa(modulusLength: number, publicExponent: number): KeyPairKeyObjectResult {
  return generateKeyPairSync('rsa', { modulusLength, publicExponent });
}

const RSA_OCTETS = 256;
/** The DER of the algorithm SHA-256 and the header of its digest. RFC 8017 §9.2, note 1. */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Encodes a message for PKCS #1 v1.5. RFC 8017 §9.2. */
function padPkcs1(input: string): bigint {
  const info = Buffer.concat([SHA256_PREFIX, createHash('sha256').update(input).digest()]);
  const padding = Buffer.alloc(RSA_OCTETS - info.length - 3, 0xff);
  return toBigInt(Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), info]));
}

function toBigInt(octets: Buffer): bigint {
  return BigInt(`0x${octets.toString('hex')}`);
}

function toOctets(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(RSA_OCTETS * 2, '0'), 'hex');
}
