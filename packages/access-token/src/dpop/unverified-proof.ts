/**
 * A DPoP proof of which nothing is verified.
 *
 * @module
 */
import { InvalidProofError } from '@scopegate/protocol';
import { type CompactSegments, decodeCompact } from '../jws/compact-jws.js';
import { decodeHeader } from '../jws/jose-header.js';
import type { JsonObject } from '../jws/json-object.js';

/** Proofs with an RSA key of 4096 bits have about 2,300 octets. */
const MAX_PROOF_BYTES = 4_096;

/**
 * Finds the one proof of a request.
 *
 * @param lines - Every line of the field `DPoP`, none of them joined.
 * @throws InvalidProofError `proof_missing` or `proof_repeated`.
 * @see RFC 9449 §4.3: not more than one field
 */
export function requireProofField(lines: readonly string[]): string {
  const [line, ...others] = lines;
  if (line === undefined) throw new InvalidProofError('proof_missing');
  // Servers and proxies join several lines by commas, which no proof contains.
  if (others.length > 0 || line.includes(',')) throw new InvalidProofError('proof_repeated');
  return line;
}

/**
 * Parses a proof except its header; see {@link parseProofHeader}.
 *
 * @throws InvalidProofError `proof_malformed`: longer than 4,096 octets, or not a compact JWS with one
 *   JSON object as payload, in canonical base64url.
 * @see RFC 9449 §4.3; RFC 7515 §7.1
 */
export function parseProof(field: string): CompactSegments {
  const segments = decodeCompact(field, MAX_PROOF_BYTES);
  if (segments === undefined) throw new InvalidProofError('proof_malformed');
  return segments;
}

/**
 * Parses the header of a proof. It is not cached, because every sender can create any number of them.
 *
 * @throws InvalidProofError `proof_malformed`: not the canonical base64url of one JSON object, or with
 *   a header parameter `crit` or `b64`.
 */
export function parseProofHeader({ header }: CompactSegments): JsonObject {
  const parameters = decodeHeader(header);
  if (parameters === undefined) throw new InvalidProofError('proof_malformed');
  return parameters;
}
