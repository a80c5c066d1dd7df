/**
 * Strict base64url: one octet string has one spelling.
 *
 * @module
 */
import { type JsonObject, parseJsonObject } from './json-object.js';

/**
 * Decodes a segment of a JWS.
 *
 * Node's decoder skips what it does not know; only what encodes back to itself was canonical:
 * the alphabet alone, no padding, no white space, unused bits zero.
 *
 * @returns `undefined` for any other spelling.
 * @see RFC 7515 §2; RFC 4648 §3.5, §5
 */
export function decodeSegment(segment: string): Buffer | undefined {
  const octets = Buffer.from(segment, 'base64url');
  return octets.toString('base64url') === segment ? octets : undefined;
}

/** Decodes a segment that holds a JSON object. See {@link parseJsonObject}. */
export function decodeObject(segment: string): JsonObject | undefined {
  const octets = decodeSegment(segment);
  return octets && parseJsonObject(octets);
}
