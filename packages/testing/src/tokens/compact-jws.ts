/**
 * Compact JWS that is written to the octet, sound or not.
 *
 * @module
 */
import { constants, sign } from 'node:crypto';
import type { SigningAlgorithm, SigningKey } from './signing-keys.js';

/** A JOSE header or a claims set on its way into a token; `undefined` members are not written. */
export type JsonMembers = Readonly<Record<string, unknown>>;

/** Encodes one segment. RFC 7515 §2. */
export function encodeSegment(content: string | Uint8Array): string {
  const octets = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  return octets.toString('base64url');
}

/**
 * Signs a header and a payload with a key's own algorithm, whatever the header says.
 *
 * @param header - The JOSE header.
 * @param payload - The payload's octets, written as they are.
 * @returns A compact JWS. RFC 7515 §7.1.
 */
export function signCompact(
  header: JsonMembers,
  payload: string | Uint8Array,
  key: SigningKey,
): string {
  return signSegments(encodeSegment(JSON.stringify(header)), encodeSegment(payload), key);
}

/**
 * Signs two segments as they are written: nothing in them is looked at.
 *
 * @returns A compact JWS whose signature is right for these very octets.
 */
export function signSegments(header: string, payload: string, key: SigningKey): string {
  const input = `${header}.${payload}`;
  const parameters = { key: key.privateKey, ...signatureParameters(key.alg) };
  const signature = sign(digestOf(key.alg), Buffer.from(input), parameters);
  return `${input}.${signature.toString('base64url')}`;
}

/** A compact JWS in its three segments. */
export interface JwsSegments {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

/** Splits a token that was made here. */
export function splitSegments(token: string): JwsSegments {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { header, payload, signature };
}

function digestOf(alg: SigningAlgorithm): string | null {
  return alg === 'EdDSA' || alg === 'Ed25519' ? null : `sha${alg.slice(2)}`;
}

function signatureParameters(alg: SigningAlgorithm): object {
  // RFC 7518 §3.5: the salt is as long as the digest. §3.4: R and S, not DER.
  if (alg.startsWith('PS')) {
    return {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    };
  }
  return alg.startsWith('ES') ? { dsaEncoding: 'ieee-p1363' } : {};
}
