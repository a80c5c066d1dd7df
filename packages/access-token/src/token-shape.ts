/**
 * What a text looks like that could not be read as a token.
 *
 * @module
 */
import type { Patient } from './diagnosis.js';
import { ALGORITHM_PROFILES } from './signature.js';

type Shape = Pick<Patient, 'parts' | 'header' | 'claims' | 'key'>;

const OPENING_BRACE = 0x7b;
const LEAST_RSA_BYTES = 256;

/** Says whether the text begins with a JOSE header, readable or not. */
export function isJwt({ parts: [first = ''] }: Pick<Shape, 'parts'>): boolean {
  return Buffer.from(first, 'base64url')[0] === OPENING_BRACE;
}

/** Says whether the text is a JWE in its compact form. RFC 7516 §3.1, §4.1.2. */
export function isEncrypted({ parts, header }: Pick<Shape, 'parts' | 'header'>): boolean {
  return parts.length === 5 && typeof header['enc'] === 'string';
}

/** Says whether the text is the beginning of a JWS. */
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
