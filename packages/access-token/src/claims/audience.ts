/**
 * The audience of a token.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';
import { readStrings } from './string-claims.js';

/**
 * Which claim names the audience.
 *
 * `'client_id'` is for issuers whose access tokens have no `aud`: then `audience` lists the ids of
 * the clients that may call. The claim is required, and if the token also has an `aud`, that must
 * contain one of `audience` as well.
 */
export type AudienceClaim = 'aud' | 'client_id';

/** The audiences that an issuer's tokens may name, and the claim that names them. */
export interface ExpectedAudience {
  readonly audience: readonly string[];
  readonly audienceClaim: AudienceClaim;
}

/**
 * Checks that a token names one of the expected audiences.
 *
 * An `aud` that is present is checked even when another claim names the audience.
 *
 * @returns All values of the claim.
 * @throws InvalidTokenError `claim`: neither a string nor an array of strings; `audience`: absent, or
 *   it names none of the expected audiences.
 * @see RFC 7519 §4.1.3; RFC 9068 §4
 */
export function checkAudience(
  claims: JsonObject,
  { audience: expected, audienceClaim }: ExpectedAudience,
): readonly string[] {
  const audience = checkClaim(claims, audienceClaim, expected);
  // RFC 7519 §4.1.3: a token whose `aud` does not name us MUST be rejected.
  if (audienceClaim !== 'aud' && Object.hasOwn(claims, 'aud')) checkClaim(claims, 'aud', expected);
  return audience;
}

function checkClaim(
  claims: JsonObject,
  name: string,
  expected: readonly string[],
): readonly string[] {
  // Most tokens have exactly the configured audience; they share the configured array.
  if (expected.length === 1 && member(claims, name) === expected[0]) return expected;
  const audience = readStrings(claims, name) ?? [];
  if (audience.some((value) => expected.includes(value))) return audience;
  throw new InvalidTokenError('audience');
}
