/**
 * JOSE headers, cached by their encoding.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { LRUCache } from 'lru-cache';
import { decodeObject } from './base64url.js';
import { type JsonObject, member } from './json-object.js';

/** The unverified header of a JWS. */
export interface UnverifiedHeader {
  /** All header parameters. */
  readonly parameters: JsonObject;
  /** `alg`, if it is a string. */
  readonly alg: string | undefined;
  readonly kid: string | undefined;
}

// An issuer writes the same header into all tokens that it signs with a key. Only short, valid
// headers are cached, so that senders cannot exhaust the memory.
const known = new LRUCache<string, UnverifiedHeader>({ max: 256 });
const MAX_KNOWN_LENGTH = 512;

/**
 * Reads the header segment of a compact JWS.
 *
 * @throws InvalidTokenError `malformed`: not the canonical base64url of one JSON object, a `kid` that
 *   is not a string, or a `crit` or `b64` header parameter.
 * @see RFC 7515 §4.1.4, §4.1.11, §5.2; RFC 7797 §7
 */
export function readHeader(segment: string): UnverifiedHeader {
  const earlier = known.get(segment);
  if (earlier !== undefined) return earlier;
  const parameters = decodeHeader(segment);
  if (parameters === undefined) throw new InvalidTokenError('malformed');
  const alg = member(parameters, 'alg');
  const header = Object.freeze({
    parameters,
    alg: typeof alg === 'string' ? alg : undefined,
    kid: readKeyId(parameters),
  });
  // A copy: a slice of the token would keep the whole token in memory.
  if (segment.length <= MAX_KNOWN_LENGTH) known.set(Buffer.from(segment).toString(), header);
  return header;
}

/**
 * Decodes a header segment without caching it.
 *
 * @returns `undefined` unless the segment is the canonical base64url of one JSON object without the
 *   header parameters `crit` and `b64`.
 */
export function decodeHeader(segment: string): JsonObject | undefined {
  const parameters = decodeObject(segment);
  // No extension is supported, so any `crit` is refused; JWTs never use `b64`.
  const isExtended =
    parameters !== undefined &&
    (Object.hasOwn(parameters, 'crit') || Object.hasOwn(parameters, 'b64'));
  return isExtended ? undefined : parameters;
}

function readKeyId(parameters: JsonObject): string | undefined {
  const kid = member(parameters, 'kid');
  if (kid === undefined || typeof kid === 'string') return kid;
  throw new InvalidTokenError('malformed');
}
