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

/** The segments of a compact JWS, of which nothing is verified. */
export interface CompactSegments {
  /** The encoded header, not decoded yet. */
  readonly header: string;
  /** The unverified payload. */
  readonly payload: JsonObject;
  /** The signed octets. RFC 7515 §5.2. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/**
 * Parses a compact JWS without verifying any of it.
 *
 * @param token - The token as it was sent.
 * @param maxBytes - A longer token is refused without being parsed.
 * @throws InvalidTokenError `malformed`: {@link decodeCompact} refuses it, or {@link readHeader} its
 *   header.
 * @see RFC 7515 §2, §5.2, §7.1
 */
export function parseUnverifiedJws(token: string, maxBytes: number): UnverifiedJws {
  const segments = decodeCompact(token, maxBytes);
  if (segments === undefined) throw new InvalidTokenError('malformed');
  const { header, payload, signingInput, signature } = segments;
  return { header: readHeader(header), claims: payload, signingInput, signature };
}

/**
 * Decodes the segments of a compact JWS except its header, which callers may have decoded before.
 *
 * @param maxBytes - A longer one is refused without being decoded.
 * @returns `undefined` for a JWS that is too long, has not three segments, a segment that is not
 *   canonical base64url, or a payload that is not one JSON object.
 */
export function decodeCompact(jws: string, maxBytes: number): CompactSegments | undefined {
  if (jws.length > maxBytes) return undefined;
  const octets = Buffer.from(jws);
  const first = jws.indexOf('.');
  const second = jws.indexOf('.', first + 1);
  // Outside US-ASCII, indexes of characters and of octets differ. A third dot is outside the alphabet
  // of base64url, so decoding refuses it.
  const isAscii = octets.length === jws.length;
  if (!isAscii || first === -1 || second === -1) return undefined;
  const encoded = decodeSegment(octets, first + 1, second);
  const payload = encoded && parseJsonObject(encoded);
  const signature = decodeSegment(octets, second + 1, octets.length);
  if (payload === undefined || signature === undefined) return undefined;
  const signingInput = octets.subarray(0, second);
  return { header: jws.slice(0, first), payload, signingInput, signature };
}
