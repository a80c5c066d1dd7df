/**
 * Strict parsing of compact JWSs: each token has exactly one encoding.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { decodeSegment } from './base64url.js';
import { readHeader, type UnverifiedHeader } from './jose-header.js';
import { type JsonObject, parseJsonObject } from './json-object.js';

/** The parts of a token whose signature is not verified yet. */
export interface UnverifiedJws {
  /** The unverified JOSE header. */
  readonly header: UnverifiedHeader;
  /** The unverified JWT Claims Set. */
  readonly claims: JsonObject;
  /** The signed octets. RFC 7515 §5.2. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/**
 * Parses a compact JWS without verifying any of it.
 *
 * @param token - The token as it was sent.
 * @param maxBytes - A longer token is refused without being parsed.
 * @throws InvalidTokenError `malformed`: too long, not three segments, a segment that is not
 *   canonical base64url, a header or payload that is not one JSON object, or a header that
 *   {@link readHeader} refuses.
 * @see RFC 7515 §2, §5.2, §7.1
 */
export function parseUnverifiedJws(token: string, maxBytes: number): UnverifiedJws {
  if (token.length > maxBytes) throw new InvalidTokenError('malformed');
  const octets = Buffer.from(token);
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  // Outside US-ASCII, indexes of characters and of octets differ. A third dot is outside the alphabet
  // of base64url, so decoding refuses it.
  const isAscii = octets.length === token.length;
  if (!isAscii || first === -1 || second === -1) throw new InvalidTokenError('malformed');
  const header = readHeader(token.slice(0, first));
  const payload = decodeSegment(octets, first + 1, second);
  const claims = payload && parseJsonObject(payload);
  const signature = decodeSegment(octets, second + 1, octets.length);
  if (claims === undefined || signature === undefined) throw new InvalidTokenError('malformed');
  const signingInput = octets.subarray(0, second);
  return { header, claims, signingInput, signature };
}
