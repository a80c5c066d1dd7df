/**
 * Strict base64url: one octet string has one spelling.
 *
 * @module
 */
import { type JsonObject, parseJsonObject } from './json-object.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Stands for what is not in the alphabet; no value of six bits has this one. */
const STRANGER = 0x40;
const VALUES = new Uint8Array(256).fill(STRANGER);
for (let value = 0; value < ALPHABET.length; value += 1) {
  VALUES[ALPHABET.charCodeAt(value)] = value;
}

/**
 * Decodes a segment of a JWS: the alphabet alone, no padding, no white space, unused bits zero.
 *
 * Node's decoder skips what it does not know, so its result would have to be encoded again and
 * compared. And it is no faster: where it has AVX-512, the signature that is checked next takes
 * longer by more than the decoder saves.
 *
 * @param token - What holds the segment, in US-ASCII.
 * @param start - Where the segment begins.
 * @param end - Where it ends, itself not included.
 * @returns `undefined` for any other spelling.
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
  return seen < STRANGER ? octets : undefined;
}

/** Decodes a segment, alone, that holds a JSON object. See {@link parseJsonObject}. */
export function decodeObject(segment: string): JsonObject | undefined {
  const encoded = Buffer.from(segment);
  const octets = decodeSegment(encoded, 0, encoded.length);
  return octets && parseJsonObject(octets);
}

/**
 * Decodes the last characters of a segment, fewer than four.
 *
 * @returns All their bits; `STRANGER` among them when they are not canonical.
 */
function decodeRest(rest: Uint8Array, octets: Buffer, place: number): number {
  // Where there is one character alone, which holds no octet, the missing second is a stranger.
  const a = valueAt(rest, 0);
  const b = valueAt(rest, 1);
  const c = rest.length === 3 ? valueAt(rest, 2) : 0;
  octets[place] = (a << 2) | (b >> 4);
  if (rest.length === 3) octets[place + 1] = (b << 4) | (c >> 2);
  // RFC 4648 §3.5: with other unused bits, it would be another spelling of the same octets.
  const unused = rest.length === 3 ? c & 0x03 : b & 0x0f;
  return unused === 0 ? a | b | c : STRANGER;
}

/** The six bits of a character; `STRANGER` where there is none. */
function valueAt(encoded: Uint8Array, index: number): number {
  return VALUES[encoded[index] ?? STRANGER] ?? STRANGER;
}
