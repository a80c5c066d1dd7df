/**
 * Imports JWKs as verification keys; those that are not usable are skipped, with a reason.
 *
 * @module
 */
import { hash, KeyObject } from 'node:crypto';
import { isPlainObject } from '@scopegate/protocol/internal';
import {
  createKeyObject,
  findFault,
  hasTypeOf,
  isPrivate,
  type Jwk,
  publicMembersOf,
  type RsaBounds,
} from './public-jwk.js';
import { type Algorithm, prepareKey, type VerificationKey } from './signature.js';

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

const RSA_BOUNDS: RsaBounds = {
  // OpenSSL refuses to verify with a larger modulus.
  maxModulusBits: 16_384,
  // RFC 7518 sets no limit. Each bit slows down every verification, and issuers use at most 17 bits.
  maxExponentBytes: 8,
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
  if (isPrivate(jwk)) return skip('private');
  if (!isForVerifying(jwk)) return skip('use');
  const algorithms = allowed.filter((alg) => fits(jwk, alg));
  if (algorithms.length === 0) return skip('unsupported');
  const fault = findFault(jwk, RSA_BOUNDS);
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
  return (jwk['alg'] === undefined || jwk['alg'] === alg) && hasTypeOf(jwk, alg);
}
