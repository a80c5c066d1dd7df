/**
 * Imports JWKs as verification keys; those that are not usable are skipped, with a reason.
 *
 * @module
 */
import { createPublicKey, hash, KeyObject } from 'node:crypto';
import { isPlainObject } from '@scopegate/protocol/internal';
import {
  type Algorithm,
  ALGORITHM_PROFILES,
  type AlgorithmProfile,
  prepareKey,
  type VerificationKey,
} from './signature.js';

/** Why a JWK was skipped. A closed union. */
export type KeySkippedReason =
  | 'malformed'
  | 'private'
  | 'use'
  | 'unsupported'
  | 'rsa_size'
  | 'rsa_modulus'
  | 'rsa_exponent'
  | 'small_order';

/** One key, prepared for each algorithm that it may be used with; never empty. */
export type PreparedKeys = ReadonlyMap<Algorithm, VerificationKey>;

/** A usable JWK. */
export interface PreparedJwk {
  /** Equal for two JWKs if and only if their `kid` and public members are equal. */
  readonly fingerprint: string;
  readonly keys: PreparedKeys;
}

/** The result of importing a JWK: a key, or the reason why it was skipped. */
export type ImportedKey = (PreparedJwk | { readonly skipped: KeySkippedReason }) & {
  /** Whether OpenSSL had to import the key, which takes up to a millisecond. */
  readonly isCreated: boolean;
};

type Jwk = Readonly<Record<string, unknown>>;

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const MIN_MODULUS_BITS = 2048;
// OpenSSL refuses to verify with a larger modulus.
const MAX_MODULUS_BITS = 16_384;
const MIN_EXPONENT = 65_537n;
// RFC 7518 sets no limit. Each bit slows down every verification, and issuers use at most 17 bits.
const MAX_EXPONENT_BYTES = 8;
const EC_COORDINATE_BYTES: Readonly<Record<string, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
};

/**
 * Imports one member of a JWKS.
 *
 * @param jwk - A member of `keys`, unchecked.
 * @param allowed - The algorithms that the issuer may use.
 * @param known - Finds a key that was imported before, by its fingerprint.
 * @returns One key for each allowed algorithm that matches its `kty`, `crv` and `alg`.
 * @see RFC 7517 §4, §5; RFC 7518 §3.3, §6; FIPS 186-5 §5.1 (exponent)
 */
export function importJwk(
  jwk: unknown,
  allowed: readonly Algorithm[],
  known: (fingerprint: string) => PreparedKeys | undefined = () => undefined,
): ImportedKey {
  if (!isPlainObject(jwk)) return skip('malformed');
  const kid = jwk['kid'];
  if (kid !== undefined && typeof kid !== 'string') return skip('malformed');
  // Anyone can sign with a published private key.
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return skip('private');
  if (!isForVerifying(jwk)) return skip('use');
  const algorithms = allowed.filter((alg) => fits(jwk, alg));
  if (algorithms.length === 0) return skip('unsupported');
  const fault = findFault(jwk);
  if (fault !== undefined) return skip(fault);
  const fingerprint = fingerprintOf(jwk);
  const before = known(fingerprint);
  const found = before === undefined ? createKeyObject(jwk) : keyObjectOf(before);
  const isCreated = before === undefined;
  if (!(found instanceof KeyObject)) return { skipped: found, isCreated };
  const prepare = (alg: Algorithm): VerificationKey =>
    before?.get(alg) ?? prepareKey(alg, kid, found);
  const keys = new Map(algorithms.map((alg) => [alg, prepare(alg)]));
  return { fingerprint, keys, isCreated };
}

function skip(skipped: KeySkippedReason): ImportedKey {
  return { skipped, isCreated: false };
}

/** RFC 7638 §3.2: only the members that define the key; others may have any shape and size. */
function publicMembersOf({ kty, crv, n, e, x, y }: Jwk): Jwk {
  if (kty === 'RSA') return { kty, n, e };
  return kty === 'OKP' ? { kty, crv, x } : { kty, crv, x, y };
}

function fingerprintOf(jwk: Jwk): string {
  return hash('sha256', JSON.stringify([jwk['kid'], publicMembersOf(jwk)]), 'base64url');
}

function keyObjectOf(keys: PreparedKeys): KeyObject | KeySkippedReason {
  for (const { keyObject } of keys.values()) return keyObject;
  return 'unsupported';
}

/** RFC 7517 §4.2, §4.3: `use` and `key_ops`, when present, must allow verifying. */
function isForVerifying({ use, key_ops: operations }: Jwk): boolean {
  if (use !== undefined && use !== 'sig') return false;
  if (operations === undefined) return true;
  if (!Array.isArray(operations)) return false;
  return operations.includes('verify') && new Set(operations).size === operations.length;
}

/** RFC 8725 §3.1: one key, one algorithm. Without an `alg`, type and curve decide. */
function fits(jwk: Jwk, alg: Algorithm): boolean {
  const { kty, crv }: AlgorithmProfile = ALGORITHM_PROFILES[alg];
  if (jwk['alg'] !== undefined && jwk['alg'] !== alg) return false;
  return kty !== 'oct' && jwk['kty'] === kty && (crv === undefined || jwk['crv'] === crv);
}

function createKeyObject(jwk: Jwk): KeyObject | KeySkippedReason {
  let keyObject;
  try {
    keyObject = createPublicKey({ key: publicMembersOf(jwk), format: 'jwk' });
  } catch {
    // OpenSSL's message adds nothing to the skip reason.
    return 'malformed';
  }
  return findWeakness(jwk, keyObject) ?? keyObject;
}

/**
 * Checks the members before the key is imported, because that is cheap.
 *
 * RFC 7518 §6.2.1.2: coordinates have full length. RFC 8037 §2: `x` is 32 octets.
 */
function findFault({ kty, crv, n, e, x, y }: Jwk): KeySkippedReason | undefined {
  if (kty === 'RSA') return findRsaFault(n, e);
  const length = kty === 'OKP' ? 32 : EC_COORDINATE_BYTES[String(crv)];
  const isFull =
    octetsOf(x)?.length === length && (kty === 'OKP' || octetsOf(y)?.length === length);
  return isFull ? undefined : 'malformed';
}

function findRsaFault(n: unknown, e: unknown): KeySkippedReason | undefined {
  // Four characters encode three octets; some libraries write a zero octet before the modulus.
  const maxLength = Math.ceil(((MAX_MODULUS_BITS / 8 + 1) * 4) / 3);
  if (typeof n === 'string' && n.length > maxLength) return 'rsa_size';
  if (typeof e === 'string' && e.length > MAX_EXPONENT_BYTES * 2) return 'rsa_exponent';
  const [modulus, exponent] = [octetsOf(n), octetsOf(e)];
  if (modulus === undefined || exponent === undefined) return 'malformed';
  // A product of two large primes is odd.
  if (((modulus.at(-1) ?? 0) & 1) === 0) return 'rsa_modulus';
  // RFC 7518 §2: Base64urlUInt uses the minimum number of octets.
  if (exponent[0] === 0 || exponent.length > MAX_EXPONENT_BYTES) return 'rsa_exponent';
  return undefined;
}

/** Decodes canonical base64url; `undefined` for anything else and for an empty string. */
function octetsOf(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const octets = Buffer.from(value, 'base64url');
  return octets.toString('base64url') === value ? octets : undefined;
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
