/**
 * Assertions by which clients authenticate. RFC 7523.
 *
 * @module
 */
import type { JsonMembers } from '../shapes/token-shape.js';
import { decodeJson, isSignedBy, splitSegments } from '../tokens/compact-jws.js';
import { SIGNING_ALGORITHMS } from '../tokens/signing-keys.js';
import { importPublicKey } from './token-proof.js';

/** The client that must have signed an assertion, and the audiences of which it must have one. */
export interface ExpectedAssertion {
  readonly clientId: string | undefined;
  readonly publicJwk: object;
  readonly audiences: readonly string[];
}

/** Finds the subject of an assertion, which is not verified. */
export function findSubject(assertion = ''): string | undefined {
  const subject = readMembers(splitSegments(assertion).payload)?.['sub'];
  return typeof subject === 'string' ? subject : undefined;
}

/**
 * Whether a client has signed an assertion for this server. Its times are not checked, because clients need
 * not have the clock of the issuer.
 *
 * @see RFC 7523 §3
 */
export function isAssertionOf(
  assertion: string,
  { clientId, publicJwk, audiences }: ExpectedAssertion,
): boolean {
  const { header, payload, signature } = splitSegments(assertion);
  const [parameters, claims] = [readMembers(header), readMembers(payload)];
  const alg = SIGNING_ALGORITHMS.find((each) => each === parameters?.['alg']);
  const publicKey = importPublicKey(publicJwk);
  if (alg === undefined || claims === undefined || publicKey === undefined) return false;
  const octets = Buffer.from(signature, 'base64url');
  if (!isSignedBy(`${header}.${payload}`, octets, { alg, publicKey })) return false;
  const { iss, sub, aud, exp, jti } = claims;
  const isIdentified = typeof exp === 'number' && typeof jti === 'string';
  const isForServer = [aud].flat().some((each) => audiences.some((audience) => audience === each));
  return isIdentified && isForServer && iss === clientId && sub === clientId;
}

function readMembers(segment: string): JsonMembers | undefined {
  try {
    return decodeJson(segment);
  } catch {
    return undefined;
  }
}
