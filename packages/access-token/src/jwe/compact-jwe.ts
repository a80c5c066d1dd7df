/**
 * Strict parsing of compact JWEs: every check of an encrypted token that needs no key.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { isPlainObject } from '@scopegate/protocol/internal';
import { decodeSegment } from '../jws/base64url.js';
import { decodeHeader } from '../jws/jose-header.js';
import { type JsonObject, member } from '../jws/json-object.js';
import { isPrivate } from '../jws/public-jwk.js';
import {
  CONTENT_ENCRYPTION,
  CONTENT_ENCRYPTION_ALGORITHMS,
  type ContentEncryption,
  isKeyAgreement,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
} from './jwe-algorithms.js';

/** The header of a JWE that may be decrypted. Nothing in it is authenticated. */
export interface UnverifiedJweHeader {
  /** All header parameters. */
  readonly parameters: JsonObject;
  readonly alg: KeyManagementAlgorithm;
  readonly enc: ContentEncryption;
  readonly kid: string | undefined;
  /** The curve of the ephemeral key; `undefined` without one. */
  readonly curve: string | undefined;
}

/** RFC 7519 §5.2 and RFC 9068 §2.1: media types of what is nested, without `application/`. */
const NESTED_TYPES: readonly unknown[] = ['jwt', 'at+jwt'];

/**
 * Parses a compact JWE and checks everything that needs no key, so that only a token for which decryption
 * may succeed costs one.
 *
 * @param token - Within the permitted length.
 * @throws InvalidTokenError `malformed`: not five segments of canonical base64url, a header that is not one
 *   JSON object or has `crit`, or a segment that does not fit `alg` and `enc`. `encryption`: `alg`, `enc`,
 *   `zip` or `cty` is not accepted.
 * @see RFC 7516 §5.2, §7.1; RFC 7519 §5.2; RFC 8725 §3.1, §3.2, §3.6
 */
export function parseUnverifiedJwe(token: string): UnverifiedJweHeader {
  const segments = token.split('.');
  const [encodedHeader = '', ...encoded] = segments;
  const parameters = segments.length === 5 ? decodeHeader(encodedHeader) : undefined;
  if (parameters === undefined) throw new InvalidTokenError('malformed');
  const header = readJweHeader(parameters);
  const [encryptedKey, iv, ciphertext, tag] = encoded.map(decode);
  const { ivBytes, tagBytes } = CONTENT_ENCRYPTION[header.enc];
  // RFC 7516 §5.2: only direct key agreement has no encrypted key.
  const isKeyExpected = header.alg !== 'ECDH-ES';
  const isComplete =
    encryptedKey !== undefined &&
    encryptedKey.length > 0 === isKeyExpected &&
    iv?.length === ivBytes &&
    ciphertext !== undefined &&
    tag?.length === tagBytes;
  if (!isComplete) throw new InvalidTokenError('malformed');
  return header;
}

/**
 * Reads the header of a JWE.
 *
 * @throws InvalidTokenError `encryption` or `malformed`; see {@link parseUnverifiedJwe}.
 */
function readJweHeader(parameters: JsonObject): UnverifiedJweHeader {
  const alg = findName(KEY_MANAGEMENT_ALGORITHMS, member(parameters, 'alg'));
  const enc = findName(CONTENT_ENCRYPTION_ALGORITHMS, member(parameters, 'enc'));
  // RFC 8725 §3.6: the length of compressed text reveals what it contains; and it may expand without limit.
  const isCompressed = Object.hasOwn(parameters, 'zip');
  if (alg === undefined || enc === undefined || isCompressed || !isNested(parameters)) {
    throw new InvalidTokenError('encryption');
  }
  const kid = member(parameters, 'kid');
  if (kid !== undefined && typeof kid !== 'string') throw new InvalidTokenError('malformed');
  return {
    parameters,
    alg,
    enc,
    kid,
    curve: isKeyAgreement(alg) ? readCurve(parameters) : undefined,
  };
}

/** RFC 7519 §5.2: `cty` marks a nested token. RFC 7515 §4.1.10: `application/` may be omitted. */
function isNested(parameters: JsonObject): boolean {
  const cty = member(parameters, 'cty');
  if (typeof cty !== 'string') return false;
  return NESTED_TYPES.includes(cty.toLowerCase().replace(/^application\//, ''));
}

/** Reads the curve of the ephemeral public key. RFC 7518 §4.6.1.1. */
function readCurve(parameters: JsonObject): string {
  const epk = member(parameters, 'epk');
  const curve = isPlainObject(epk) && !isPrivate(epk) ? member(epk, 'crv') : undefined;
  if (typeof curve === 'string') return curve;
  throw new InvalidTokenError('malformed');
}

function findName<Name extends string>(names: readonly Name[], name: unknown): Name | undefined {
  return names.find((candidate) => candidate === name);
}

function decode(segment: string): Buffer | undefined {
  const octets = Buffer.from(segment);
  return decodeSegment(octets, 0, octets.length);
}
