/**
 * Strict base64url: each octet string has exactly one encoding.
 *
 * @module
 */
import { type JsonObject, parseJsonObject } from './json-object.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The value of characters outside the alphabet; it does not fit into six bits. */
const INVALID = 0x40;
const VALUES = new Uint8Array(256).fill(INVALID);
for (let value = 0; value < ALPHABET.length; value += 1) {
  VALUES[ALPHABET.charCodeAt(value)] = value;
}

/**
 * Decodes a segment of a JWS: only the alphabet, no padding, no white space, unused bits zero.
 *
 * Node's decoder skips unknown characters, so its result would have to be encoded again and compared.
 * It does not save time either: with AVX-512, the signature check that follows becomes slower by more
 * than the decoder saves.
 *
 * @param token - Contains the segment, in US-ASCII.
 * @param start - Index of the first character of the segment.
 * @param end - Index after the last character of the segment.
 * @returns `undefined` for any other encoding.
 * @see RFC 7515 §2; RFC 4648 §3.5, §5
 */
export function decodeSegment(token: Uint8Array, start: number, end: number): Buffer | undefined {
  const octets = Buffer.allocUnsafe(((end - start) * 3) >> 2);
  const whole = end - ((end - start) % 4);
  let seen = 0;
  let place = 0;
  for (let index = start; index < whole; index += 4) {
    const a = valueAt(token, index);
    const b = valueAt(token, index + 1);
    const c = valueAt(token, index + 2);
    const d = valueAt(token, index + 3);
    seen |= a | b | c | d;
    octets[place] = (a << 2) | (b >> 4);
    octets[place + 1] = (b << 4) | (c >> 2);
    octets[place + 2] = (c << 6) | d;
    place += 3;
  }
  if (whole < end) seen |= decodeRest(token.subarray(whole, end), octets, place);
  return seen < INVALID ? octets : undefined;
}

/** Decodes a segment that contains a JSON object. See {@link parseJsonObject}. */
export function decodeObject(segment: string): JsonObject | undefined {
  const encoded = Buffer.from(segment);
  const octets = decodeSegment(encoded, 0, encoded.length);
  return octets && parseJsonObject(octets);
}

/**
 * Decodes the last characters of a segment, fewer than four.
 *
 * @returns The bits of all characters, combined by OR; at least `INVALID` when they are not
 *   canonical.
 */
function decodeRest(rest: Uint8Array, octets: Buffer, place: number): number {
  // A single character encodes no octet: the missing second one is invalid.
  const a = valueAt(rest, 0);
  const b = valueAt(rest, 1);
  const c = rest.length === 3 ? valueAt(rest, 2) : 0;
  octets[place] = (a << 2) | (b >> 4);
  if (rest.length === 3) octets[place + 1] = (b << 4) | (c >> 2);
  // RFC 4648 §3.5: with other unused bits it would be another encoding of the same octets.
  const unused = rest.length === 3 ? c & 0x03 : b & 0x0f;
  return unused === 0 ? a | b | c : INVALID;
}

/** The six bits of a character; `INVALID` where there is none. */
function valueAt(encoded: Uint8Array, index: number): number {
  return VALUES[encoded[index] ?? INVALID] ?? INVALID;
}
