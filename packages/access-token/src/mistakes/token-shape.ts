/**
 * What a text looks like that could not be read as a token.
 *
 * @module
 */
import type { Patient } from './mistake.js';
import { ALGORITHM_PROFILES } from '../jws/signature.js';

type Shape = Pick<Patient, 'parts' | 'header' | 'claims' | 'key'>;

// How a JSON object begins and goes on, to where it was cut off: perhaps within a character.
const JSON_OBJECT_BEGINNING = /^\{\s*(?:"[^\p{C}\ufffd]*\ufffd?$|\}\s*$)/u;
const LEAST_RSA_BYTES = 256;

/**
 * Whether the text begins with a JOSE header, or with the beginning of one. One octet in 256 is a
 * brace: of an opaque token, that alone tells nothing.
 */
export function isJwt({ parts: [first = ''], header }: Pick<Shape, 'parts' | 'header'>): boolean {
  const isRead = Object.keys(header).length > 0;
  return isRead || JSON_OBJECT_BEGINNING.test(Buffer.from(first, 'base64url').toString('utf8'));
}

/** Whether the text is a JWE in its compact form. RFC 7516 §3.1, §4.1.2. */
export function isEncrypted({ parts, header }: Pick<Shape, 'parts' | 'header'>): boolean {
  return parts.length === 5 && typeof header['enc'] === 'string';
}

/** Whether the text is the beginning of a JWS. */
export function isShortened(shape: Shape): boolean {
  const { parts, header } = shape;
  if (!isJwt(shape) || Object.hasOwn(header, 'enc')) return false;
  if (parts.length < 3) return true;
  // A missing end cannot have taken anything of the parts before it.
  if (parts.length > 3 || shape.claims === undefined) return false;
  return Math.floor(((parts[2]?.length ?? 0) * 3) / 4) < leastSignatureBytes(shape);
}

function leastSignatureBytes({ header: { alg }, key }: Shape): number {
  if (key !== undefined) return key.signatureBytes;
  const profile = Object.entries(ALGORITHM_PROFILES).find(([name]) => name === alg)?.[1];
  if (profile === undefined) return 0;
  return profile.kty === 'RSA' ? LEAST_RSA_BYTES : profile.bytes;
}
