/**
 * A token that is to be explained, as far as it can be read.
 *
 * @module
 */
import { decodeObject } from '../jws/base64url.js';
import { reasonOf } from '../inspection/check.js';
import { parseUnverifiedJws, type UnverifiedJws } from '../jws/compact-jws.js';
import type { Patient } from '../mistakes/mistake.js';
import { member } from '../jws/json-object.js';
import type { TrustedIssuer, VerificationPolicy } from '../verification/verify-token.js';

/** A token as far as it can be read. */
export type TokenReading = Pick<Patient, 'token' | 'parts' | 'header' | 'claims' | 'expected'> & {
  readonly jws: UnverifiedJws | undefined;
  readonly trusted: TrustedIssuer | undefined;
};

/** Reads a token without believing any of it; what cannot be read is left out. */
export function readToken(
  token: string,
  { issuers, fallbackIssuer, maxTokenBytes }: VerificationPolicy,
): TokenReading {
  const jws = parseQuietly(token, maxTokenBytes);
  // What is too long is not looked into either.
  const parts = token.length > maxTokenBytes ? [] : token.split('.');
  const claims = jws?.claims ?? decodeObject(parts[1] ?? '');
  const iss = claims && member(claims, 'iss');
  const trusted = typeof iss === 'string' ? issuers.get(iss) : undefined;
  const header = jws?.header.parameters ?? decodeObject(parts[0] ?? '') ?? {};
  return { token, parts, jws, header, claims, trusted, expected: trusted ?? fallbackIssuer };
}

function parseQuietly(token: string, maxBytes: number): UnverifiedJws | undefined {
  let jws: UnverifiedJws | undefined;
  reasonOf(() => (jws = parseUnverifiedJws(token, maxBytes)));
  return jws;
}
