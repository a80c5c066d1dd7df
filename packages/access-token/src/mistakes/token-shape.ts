/**
 * Recognizes the shape of a token that cannot be verified.
 *
 * @module
 */
import type { Inspection } from '../inspection/inspection.js';
import { findFittingKey } from '../inspection/key-search.js';
import { ALGORITHM_PROFILES } from '../jws/signature.js';

/** The parts of an inspection that show the shape of a token. */
export type TokenShape = Pick<Inspection, 'parts' | 'header' | 'claims' | 'keySearch'>;

// The beginning of a JSON object, truncated anywhere, even within a character.
const JSON_OBJECT_BEGINNING = /^\{\s*(?:"[^\p{C}\ufffd]*\ufffd?$|\}\s*$)/u;
const MIN_RSA_SIGNATURE_BYTES = 256;

/**
 * Whether the token begins with a complete or truncated JOSE header. A leading brace is not enough,
 * because one in 256 opaque tokens decodes to an octet string that begins with one.
 */
export function isJwt({ parts: [first = ''], header }: TokenShape): boolean {
  const isReadable = Object.keys(header).length > 0;
  return isReadable || JSON_OBJECT_BEGINNING.test(Buffer.from(first, 'base64url').toString('utf8'));
}

/** Whether the token is a JWE in compact serialization. RFC 7516 §3.1, §4.1.2. */
export function isEncrypted({ parts, header }: TokenShape): boolean {
  return parts.length === 5 && typeof header['enc'] === 'string';
}

/** Whether the token is the beginning of a JWS. */
export function isTruncated(shape: TokenShape): boolean {
  const { parts, header, claims } = shape;
  if (!isJwt(shape) || Object.hasOwn(header, 'enc')) return false;
  if (parts.length < 3) return true;
  // In a truncated token the parts before the last one are complete.
  if (parts.length > 3 || claims === undefined) return false;
  return Math.floor(((parts[2]?.length ?? 0) * 3) / 4) < findMinSignatureBytes(shape);
}

function findMinSignatureBytes({ header: { alg }, keySearch }: TokenShape): number {
  const key = findFittingKey(keySearch);
  if (key !== undefined) return key.signatureBytes;
  const profile = Object.entries(ALGORITHM_PROFILES).find(([name]) => name === alg)?.[1];
  if (profile === undefined) return 0;
  return profile.kty === 'RSA' ? MIN_RSA_SIGNATURE_BYTES : profile.bytes;
}
