/**
 * Strict parsing of compact JWSs: one token has one spelling, or none.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member, parseJsonObject } from './json-object.js';

/** The parts of a token that nobody has vouched for yet. */
export interface UnverifiedJws {
  /** The yet unverified JOSE header, frozen in depth. */
  readonly header: JsonObject;
  /** The yet unverified JWT Claims Set, frozen in depth. */
  readonly claims: JsonObject;
  /** The header's `alg`, if it is a string. */
  readonly alg: string | undefined;
  /** The header's `kid`. */
  readonly kid: string | undefined;
  /** What the signature is made over. RFC 7515 §5.2. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/**
 * Takes a compact JWS apart without believing any of it.
 *
 * @param token - The token as it was sent.
 * @param maxBytes - A longer token is refused unread.
 * @throws InvalidTokenError `malformed`: too long, not three segments, a segment that is not
 *   canonical base64url, a header or payload that is not one JSON object, a `kid` that is no
 *   string, or a `crit` or `b64` header parameter.
 * @see RFC 7515 §2, §4.1.11, §5.2, §7.1; RFC 7797 §7; RFC 4648 §3.5
 */
export function parseUnverifiedJws(token: string, maxBytes: number): UnverifiedJws {
  if (token.length > maxBytes) throw new InvalidTokenError('malformed');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  // A third dot is outside the alphabet of base64url, so decoding refuses it.
  if (first === -1 || second === -1) throw new InvalidTokenError('malformed');
  const header = decodeObject(token.slice(0, first));
  const claims = decodeObject(token.slice(first + 1, second));
  const signature = decodeSegment(token.slice(second + 1));
  if (header === undefined || claims === undefined || signature === undefined) {
    throw new InvalidTokenError('malformed');
  }
  assertNoExtensions(header);
  const alg = member(header, 'alg');
  return {
    header,
    claims,
    alg: typeof alg === 'string' ? alg : undefined,
    kid: keyId(header),
    signingInput: Buffer.from(token.slice(0, second), 'latin1'),
    signature,
  };
}

function decodeObject(segment: string): JsonObject | undefined {
  const bytes = decodeSegment(segment);
  return bytes && parseJsonObject(bytes);
}

/** Node's decoder skips what it does not know; only what encodes back to itself was canonical. */
function decodeSegment(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url');
  return bytes.toString('base64url') === segment ? bytes : undefined;
}

/** We understand no extension, so any `crit` is refused; JWTs never use `b64`. */
function assertNoExtensions(header: JsonObject): void {
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) {
    throw new InvalidTokenError('malformed');
  }
}

function keyId(header: JsonObject): string | undefined {
  const kid = member(header, 'kid');
  if (kid === undefined || typeof kid === 'string') return kid;
  throw new InvalidTokenError('malformed');
}
