/**
 * Algorithms of DPoP proofs, and the keys that they require.
 *
 * @module
 */
import { webcrypto } from 'node:crypto';
import type { SignatureAlgorithm } from '../signature-algorithm.js';

/** The algorithms of DPoP proofs. RFC 9449 §4.2 allows only asymmetric ones. */
export type DpopAlgorithm = SignatureAlgorithm;

type KeyParameters =
  webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams | webcrypto.Algorithm;

// RFC 7518 §3.3, §3.5.
const MIN_RSA_BITS = 2_048;
const ED25519 = { name: 'Ed25519' };
const PARAMETERS: Readonly<Record<DpopAlgorithm, KeyParameters>> = {
  RS256: rsa('RSASSA-PKCS1-v1_5', 'SHA-256'),
  RS384: rsa('RSASSA-PKCS1-v1_5', 'SHA-384'),
  RS512: rsa('RSASSA-PKCS1-v1_5', 'SHA-512'),
  PS256: rsa('RSA-PSS', 'SHA-256'),
  PS384: rsa('RSA-PSS', 'SHA-384'),
  PS512: rsa('RSA-PSS', 'SHA-512'),
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521' },
  // Before EdDSA, because findDpopAlgorithm returns the first: RFC 9864 prefers this name.
  Ed25519: ED25519,
  EdDSA: ED25519,
};

/** Which keys are accepted, for messages. */
export const DPOP_KEYS = 'RSA with at least 2048 bits, P-256, P-384, P-521 or Ed25519';

/** All algorithms. */
export const DPOP_ALGORITHMS: readonly DpopAlgorithm[] = Object.keys(
  PARAMETERS,
) as readonly DpopAlgorithm[];

/**
 * Finds the algorithm of a key.
 *
 * @returns `undefined` when there is none, or the key is too small.
 */
export function findDpopAlgorithm(key: webcrypto.CryptoKey): DpopAlgorithm | undefined {
  const described = describeKey(key.algorithm);
  return DPOP_ALGORITHMS.find((alg) => describeKey(PARAMETERS[alg]) === described);
}

/**
 * Generates a key pair whose private key cannot be exported.
 *
 * The public key is exported and imported as DER. While Node 20 exports a generated key as JWK it
 * holds a lock that the garbage collector also takes when it frees the job that generated the key: a
 * deadlock.
 */
export async function generateDpopKeyPair(alg: DpopAlgorithm): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto;
  const parameters = PARAMETERS[alg];
  const generated = await subtle.generateKey(parameters, false, ['sign', 'verify']);
  if (!('privateKey' in generated)) throw new TypeError('the algorithm has no key pair');
  const der = await subtle.exportKey('spki', generated.publicKey);
  const publicKey = await subtle.importKey('spki', der, parameters, true, ['verify']);
  return { privateKey: generated.privateKey, publicKey };
}

/** Describes a key, or the parameters of one: equal for those of the same algorithm. */
function describeKey(algorithm: object): string | undefined {
  const { name, namedCurve, hash, modulusLength } = algorithm as Readonly<Record<string, unknown>>;
  if (typeof modulusLength === 'number' && modulusLength < MIN_RSA_BITS) return undefined;
  const hashName = typeof hash === 'object' && hash !== null && 'name' in hash ? hash.name : hash;
  return JSON.stringify([name, namedCurve, hashName]);
}

function rsa(name: string, hash: string): webcrypto.RsaHashedKeyGenParams {
  return { name, hash, modulusLength: MIN_RSA_BITS, publicExponent: new Uint8Array([1, 0, 1]) };
}
