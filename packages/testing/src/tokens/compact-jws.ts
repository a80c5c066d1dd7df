/**
 * Writes compact JWS octet by octet, valid or not.
 *
 * @module
 */
import { constants, type KeyObject, sign, verify } from 'node:crypto';
import { isPlainObject } from '@scopegate/protocol/internal';
import type { JsonMembers } from '../shapes/token-shape.js';
import type { SigningAlgorithm, SigningKey } from './signing-keys.js';

/** Encodes a segment of a token as base64url. RFC 7515 §2. */
export function encodeSegment(content: string | Uint8Array): string {
  const octets = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  return octets.toString('base64url');
}

/** Encodes a JSON document as a segment of a token. */
export function encodeJson(document: unknown): string {
  return encodeSegment(JSON.stringify(document));
}

/**
 * Decodes a segment of a token that is a JSON object.
 *
 * @throws TypeError It is not a JSON object.
 */
export function decodeJson(segment: string): JsonMembers {
  const members = parseJson(Buffer.from(segment, 'base64url').toString());
  if (isPlainObject(members)) return members;
  throw new TypeError('the token must be a JWT');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * Signs a header and a payload with the algorithm of the key, whatever `alg` the header names.
 *
 * @param header - The JOSE header.
 * @param payload - The octets of the payload; they are not checked.
 * @returns A compact JWS. RFC 7515 §7.1.
 */
export function signCompact(
  header: JsonMembers,
  payload: string | Uint8Array,
  key: SigningKey,
): string {
  return signSegments(encodeJson(header), encodeSegment(payload), key);
}

/**
 * Signs two encoded segments, which are not checked.
 *
 * @returns A compact JWS with a valid signature over these octets.
 */
export function signSegments(header: string, payload: string, key: SigningKey): string {
  const input = `${header}.${payload}`;
  return `${input}.${encodeSegment(signOctets(input, key))}`;
}

/** Signs text with the algorithm of the key. */
export function signOctets(input: string, key: SigningKey): Buffer {
  const parameters = { key: key.privateKey, ...signatureParameters(key.alg) };
  return sign(digestOf(key.alg), Buffer.from(input), parameters);
}

/** Whether a signature over text is valid. A key that is not for the algorithm verifies none. */
export function isSignedBy(
  input: string,
  signature: Uint8Array,
  { alg, publicKey }: { readonly alg: SigningAlgorithm; readonly publicKey: KeyObject },
): boolean {
  try {
    const parameters = { key: publicKey, ...signatureParameters(alg) };
    return verify(digestOf(alg), Buffer.from(input), parameters, signature);
  } catch {
    return false;
  }
}

/** The three segments of a compact JWS. */
export interface JwsSegments {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

/** Splits a compact JWS into its segments. */
export function splitSegments(token: string): JwsSegments {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { header, payload, signature };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Writes the signature of a compact JWS in another spelling that decodes to the same octets. */
export function respellSignature(jws: string): string {
  const { signature } = splitSegments(jws);
  // The last character has no unused bits to change. A single extra character adds no octet.
  if (signature.length % 4 === 0) return `${jws}A`;
  const last = ALPHABET.indexOf(signature.slice(-1));
  return jws.slice(0, -1) + ALPHABET.charAt(last ^ 1);
}

function digestOf(alg: SigningAlgorithm): string | null {
  return alg === 'EdDSA' || alg === 'Ed25519' ? null : `sha${alg.slice(2)}`;
}

function signatureParameters(alg: SigningAlgorithm): object {
  // RFC 7518 §3.5: the salt is as long as the digest. §3.4: the signature is R and S, not DER.
  if (alg.startsWith('PS')) {
    return {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    };
  }
  return alg.startsWith('ES') ? { dsaEncoding: 'ieee-p1363' } : {};
}
