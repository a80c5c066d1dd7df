/**
 * JWKs to keys that are fit to verify with; the others are skipped, with the reason.
 *
 * @module
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { isPlainObject } from '@scopegate/protocol';
import {
  type Algorithm,
  ALGORITHM_PROFILES,
  type AlgorithmProfile,
  prepareKey,
  type VerificationKey,
} from './signature.js';

/** Why a JWK was skipped. A closed union. */
export type KeySkippedReason =
  'malformed' | 'private' | 'use' | 'unsupported' | 'rsa_size' | 'rsa_exponent' | 'small_order';

/** A JWK made ready for each algorithm it may be used with, or the reason why not. */
export type ImportedKey =
  { readonly keys: readonly VerificationKey[] } | { readonly skipped: KeySkippedReason };

type Jwk = Readonly<Record<string, unknown>>;

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const MIN_MODULUS_BITS = 2048;
// OpenSSL verifies nothing with a larger one.
const MAX_MODULUS_BITS = 16_384;
const MIN_EXPONENT = 65_537n;
const EC_COORDINATE_BYTES: Readonly<Record<string, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
};

/**
 * Imports one member of a JWKS.
 *
 * @param jwk - Whatever stood in `keys`.
 * @param allowed - The algorithms that the issuer may use.
 * @returns One key for each algorithm that its `kty`, `crv`, `alg` and the allowed ones leave.
 * @see RFC 7517 §4, §5; RFC 7518 §3.3, §6; FIPS 186-5 §5.1 (exponent)
 */
export function importJwk(jwk: unknown, allowed: readonly Algorithm[]): ImportedKey {
  if (!isPlainObject(jwk)) return { skipped: 'malformed' };
  const kid = jwk['kid'];
  if (kid !== undefined && typeof kid !== 'string') return { skipped: 'malformed' };
  // A key whose private half was published is nobody's proof of anything.
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return { skipped: 'private' };
  if (!isForVerifying(jwk)) return { skipped: 'use' };
  const algorithms = allowed.filter((alg) => fits(jwk, alg));
  if (algorithms.length === 0) return { skipped: 'unsupported' };
  const keyObject = createKeyObject(jwk);
  if (keyObject === undefined) return { skipped: 'malformed' };
  const weakness = findWeakness(jwk, keyObject);
  if (weakness !== undefined) return { skipped: weakness };
  return { keys: algorithms.map((alg) => prepareKey(alg, kid, keyObject)) };
}

/** RFC 7517 §4.2, §4.3: absent members say nothing, present ones must allow verifying. */
function isForVerifying({ use, key_ops: operations }: Jwk): boolean {
  if (use !== undefined && use !== 'sig') return false;
  if (operations === undefined) return true;
  if (!Array.isArray(operations)) return false;
  return operations.includes('verify') && new Set(operations).size === operations.length;
}

/** RFC 8725 §3.1: one key, one algorithm. The JWK's own `alg` wins; else its type and curve. */
function fits(jwk: Jwk, alg: Algorithm): boolean {
  const { kty, crv }: AlgorithmProfile = ALGORITHM_PROFILES[alg];
  if (jwk['alg'] !== undefined && jwk['alg'] !== alg) return false;
  return kty !== 'oct' && jwk['kty'] === kty && (crv === undefined || jwk['crv'] === crv);
}

function createKeyObject(jwk: Jwk): KeyObject | undefined {
  if (!hasCanonicalMembers(jwk)) return undefined;
  const { kty, crv, n, e, x, y } = jwk;
  try {
    return createPublicKey({ key: { kty, crv, n, e, x, y } as never, format: 'jwk' });
  } catch {
    // OpenSSL's own words say nothing that the skip reason does not.
    return undefined;
  }
}

/** RFC 7518 §6.2.1.2: coordinates have full length. RFC 8037 §2: `x` is 32 octets. */
function hasCanonicalMembers({ kty, crv, n, e, x, y }: Jwk): boolean {
  if (kty === 'RSA') return octets(n) > 0 && octets(e) > 0;
  if (kty === 'OKP') return octets(x) === 32;
  const length = EC_COORDINATE_BYTES[String(crv)];
  return octets(x) === length && octets(y) === length;
}

function octets(value: unknown): number {
  if (typeof value !== 'string') return -1;
  const bytes = Buffer.from(value, 'base64url');
  return bytes.toString('base64url') === value ? bytes.length : -1;
}

function findWeakness(jwk: Jwk, keyObject: KeyObject): KeySkippedReason | undefined {
  const { modulusLength = 0, publicExponent = 0n } = keyObject.asymmetricKeyDetails ?? {};
  if (jwk['kty'] === 'RSA') {
    if (modulusLength < MIN_MODULUS_BITS || modulusLength > MAX_MODULUS_BITS) return 'rsa_size';
    // With exponent 1 a signature is its own padded hash.
    if (publicExponent < MIN_EXPONENT || publicExponent % 2n === 0n) return 'rsa_exponent';
  }
  if (jwk['kty'] === 'OKP' && isSmallOrder(String(jwk['x']))) return 'small_order';
  return undefined;
}

const FIELD_PRIME = 2n ** 255n - 19n;
const ORDER_8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

// The y-coordinates of the points of order 4, 1, 2 and 8 on edwards25519. For such a key OpenSSL
// accepts one signature for every message.
const SMALL_ORDER_Y = new Set([0n, 1n, FIELD_PRIME - 1n, ORDER_8_Y, FIELD_PRIME - ORDER_8_Y]);

function isSmallOrder(x: string): boolean {
  const littleEndian = Buffer.from(x, 'base64url').reverse();
  const y = BigInt(`0x${littleEndian.toString('hex')}`) & (2n ** 255n - 1n);
  // RFC 8032 §5.1.3: an encoding at or above p is not canonical.
  return y >= FIELD_PRIME || SMALL_ORDER_Y.has(y);
}
