/**
 * The public key in a JWK: whether it is strong, and its import.
 *
 * @module
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Algorithm, ALGORITHM_PROFILES, type AlgorithmProfile } from './signature.js';

/** A JWK whose members are unchecked. */
export type Jwk = Readonly<Record<string, unknown>>;

/** Why the public key in a JWK is not usable. A closed union. */
export type KeyFault = 'malformed' | 'rsa_size' | 'rsa_modulus' | 'rsa_exponent' | 'small_order';

/** The largest RSA key that is usable. The smallest one has 2048 bits and the exponent 65537. */
export interface RsaBounds {
  readonly maxModulusBits: number;
  readonly maxExponentBytes: number;
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const MIN_MODULUS_BITS = 2048;
const MIN_EXPONENT = 65_537n;
const EC_COORDINATE_BYTES: Readonly<Record<string, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
};

/** Whether a JWK has a member of a private or symmetric key. RFC 7518 §6. */
export function isPrivate(jwk: Jwk): boolean {
  return PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name));
}

/** Whether the type and the curve of a JWK are those of a public-key algorithm. RFC 8725 §3.1. */
export function hasTypeOf(jwk: Jwk, alg: Algorithm): boolean {
  const { kty, crv }: AlgorithmProfile = ALGORITHM_PROFILES[alg];
  return kty !== 'oct' && jwk['kty'] === kty && (crv === undefined || jwk['crv'] === crv);
}

/** RFC 7638 §3.2: only the members that define the key; others may have any shape and size. */
export function publicMembersOf({ kty, crv, n, e, x, y }: Jwk): Jwk {
  if (kty === 'RSA') return { kty, n, e };
  return kty === 'OKP' ? { kty, crv, x } : { kty, crv, x, y };
}

/** Imports a key in which {@link findFault} found none. */
export function createKeyObject(jwk: Jwk): KeyObject | KeyFault {
  try {
    return createPublicKey({ key: publicMembersOf(jwk), format: 'jwk' });
  } catch {
    // OpenSSL's message adds nothing to the fault.
    return 'malformed';
  }
}

/**
 * Checks everything about a key that does not need OpenSSL, because an import is slow, and a
 * verification with an unusual RSA key much slower.
 *
 * RFC 7518 §6.2.1.2: coordinates have full length. RFC 8037 §2: `x` is 32 octets.
 */
export function findFault({ kty, crv, n, e, x, y }: Jwk, bounds: RsaBounds): KeyFault | undefined {
  if (kty === 'RSA') return findModulusFault(n, bounds) ?? findExponentFault(e, bounds);
  const length = kty === 'OKP' ? 32 : EC_COORDINATE_BYTES[String(crv)];
  const octets = octetsOf(x);
  const isFull = octets?.length === length && (kty === 'OKP' || octetsOf(y)?.length === length);
  if (octets === undefined || !isFull) return 'malformed';
  return kty === 'OKP' && isSmallOrder(octets) ? 'small_order' : undefined;
}

function findModulusFault(n: unknown, { maxModulusBits }: RsaBounds): KeyFault | undefined {
  // Four characters encode three octets; some libraries write a zero octet before the modulus.
  const maxLength = Math.ceil(((maxModulusBits / 8 + 1) * 4) / 3);
  if (typeof n === 'string' && n.length > maxLength) return 'rsa_size';
  const modulus = octetsOf(n);
  if (modulus === undefined) return 'malformed';
  // A product of two large primes is odd.
  if (!isOdd(modulus)) return 'rsa_modulus';
  const bits = bitLength(modulus);
  return bits < MIN_MODULUS_BITS || bits > maxModulusBits ? 'rsa_size' : undefined;
}

function findExponentFault(e: unknown, { maxExponentBytes }: RsaBounds): KeyFault | undefined {
  if (typeof e === 'string' && e.length > maxExponentBytes * 2) return 'rsa_exponent';
  const exponent = octetsOf(e);
  if (exponent === undefined) return 'malformed';
  // RFC 7518 §2: Base64urlUInt uses the minimum number of octets.
  if (exponent[0] === 0 || exponent.length > maxExponentBytes) return 'rsa_exponent';
  // With exponent 1 a signature is its own padded hash.
  return isOdd(exponent) && unsigned(exponent) >= MIN_EXPONENT ? undefined : 'rsa_exponent';
}

function isOdd(octets: Buffer): boolean {
  return ((octets.at(-1) ?? 0) & 1) === 1;
}

/** The length of a number in bits, without leading zeros. */
function bitLength(octets: Buffer): number {
  const first = octets.findIndex((octet) => octet !== 0);
  if (first === -1) return 0;
  return (octets.length - first) * 8 - (Math.clz32(octets[first] ?? 0) - 24);
}

function unsigned(octets: Buffer): bigint {
  return BigInt(`0x${octets.toString('hex')}`);
}

/** Decodes canonical base64url; `undefined` for anything else and for an empty string. */
function octetsOf(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const octets = Buffer.from(value, 'base64url');
  return octets.toString('base64url') === value ? octets : undefined;
}

const FIELD_PRIME = 2n ** 255n - 19n;
const ORDER_8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

// The y-coordinates of the points of order 4, 1, 2 and 8 on edwards25519. For such a key OpenSSL
// accepts one signature for every message.
const SMALL_ORDER_Y = new Set([0n, 1n, FIELD_PRIME - 1n, ORDER_8_Y, FIELD_PRIME - ORDER_8_Y]);

function isSmallOrder(point: Buffer): boolean {
  const y = unsigned(Buffer.from(point).reverse()) & (2n ** 255n - 1n);
  // RFC 8032 §5.1.3: an encoding at or above p is not canonical.
  return y >= FIELD_PRIME || SMALL_ORDER_Y.has(y);
}
