/**
 * Signature algorithms, and the call that checks a signature.
 *
 * @module
 */
import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto';

/** Signature algorithms with a public key. RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
export const PUBLIC_KEY_ALGORITHMS = [
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
] as const;

/** Algorithms with a shared secret. RFC 7518 §3.2. */
export const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;

/** A JWS `alg` with a public key. */
export type PublicKeyAlgorithm = (typeof PUBLIC_KEY_ALGORITHMS)[number];
/** A JWS `alg` with a shared secret. */
export type SecretAlgorithm = (typeof SECRET_ALGORITHMS)[number];
/** Any JWS `alg` that can be verified. */
export type Algorithm = PublicKeyAlgorithm | SecretAlgorithm;

/** What an algorithm requires of its key. */
export interface AlgorithmProfile {
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'oct';
  /** The curve, if the key type has several. */
  readonly crv?: 'P-256' | 'P-384' | 'P-521' | 'Ed25519';
  /** `undefined` if the algorithm defines its own. */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | undefined;
  readonly padding?: 'pkcs1' | 'pss';
  /** Length of a signature or digest in octets; for RSA it depends on the modulus. */
  readonly bytes: number;
}

/** The algorithm table. RFC 7518 §3.2 to §3.5, RFC 8037 §3.1. */
export const ALGORITHM_PROFILES: Readonly<Record<Algorithm, AlgorithmProfile>> = {
  HS256: { kty: 'oct', digest: 'sha256', bytes: 32 },
  HS384: { kty: 'oct', digest: 'sha384', bytes: 48 },
  HS512: { kty: 'oct', digest: 'sha512', bytes: 64 },
  RS256: { kty: 'RSA', digest: 'sha256', padding: 'pkcs1', bytes: 0 },
  RS384: { kty: 'RSA', digest: 'sha384', padding: 'pkcs1', bytes: 0 },
  RS512: { kty: 'RSA', digest: 'sha512', padding: 'pkcs1', bytes: 0 },
  PS256: { kty: 'RSA', digest: 'sha256', padding: 'pss', bytes: 0 },
  PS384: { kty: 'RSA', digest: 'sha384', padding: 'pss', bytes: 0 },
  PS512: { kty: 'RSA', digest: 'sha512', padding: 'pss', bytes: 0 },
  ES256: { kty: 'EC', crv: 'P-256', digest: 'sha256', bytes: 64 },
  ES384: { kty: 'EC', crv: 'P-384', digest: 'sha384', bytes: 96 },
  ES512: { kty: 'EC', crv: 'P-521', digest: 'sha512', bytes: 132 },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', digest: undefined, bytes: 64 },
  Ed25519: { kty: 'OKP', crv: 'Ed25519', digest: undefined, bytes: 64 },
};

/** A key that was checked, prepared for one algorithm. */
export interface VerificationKey {
  readonly alg: Algorithm;
  readonly kid: string | undefined;
  readonly keyObject: KeyObject;
  /** Length of every signature by this key, in octets. */
  readonly signatureBytes: number;
  /** The key and its parameters, as `crypto.verify` takes them. */
  readonly input: Parameters<typeof verify>[2];
  /** Set when a successful refresh no longer contains the key; never unset. */
  withdrawn: boolean;
}

/** Prepares a checked key for one algorithm. */
export function prepareKey(
  alg: Algorithm,
  kid: string | undefined,
  keyObject: KeyObject,
): VerificationKey {
  const profile = ALGORITHM_PROFILES[alg];
  return {
    alg,
    kid,
    keyObject,
    signatureBytes: profile.kty === 'RSA' ? modulusBytes(keyObject) : profile.bytes,
    input: { key: keyObject, ...parameters(profile) },
    withdrawn: false,
  };
}

/**
 * Checks a signature, synchronously.
 *
 * @see RFC 7515 §5.2; RFC 7518 §3.4: an ECDSA signature is R‖S of fixed length
 */
export function isSignatureValid(
  key: VerificationKey,
  signingInput: Buffer,
  signature: Buffer,
): boolean {
  if (signature.length !== key.signatureBytes) return false;
  const { digest, kty } = ALGORITHM_PROFILES[key.alg];
  if (kty === 'oct' && digest !== undefined) {
    const expected = createHmac(digest, key.keyObject).update(signingInput).digest();
    return timingSafeEqual(expected, signature);
  }
  return verify(digest, signingInput, key.input, signature);
}

function modulusBytes({ asymmetricKeyDetails }: KeyObject): number {
  return Math.ceil((asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

function parameters({ kty, padding }: AlgorithmProfile): object {
  if (kty === 'EC') return { dsaEncoding: 'ieee-p1363' };
  if (padding === 'pkcs1') return { padding: constants.RSA_PKCS1_PADDING };
  if (padding === 'pss') {
    // RFC 7518 §3.5: the salt is as long as the digest.
    return {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    };
  }
  return {};
}
