/**
 * The checks of an opaque token: the authorization server is asked, and its answer is checked like the claims
 * of a JWT.
 *
 * @module
 */
import { InvalidTokenError, isBearerToken } from '@scopegate/protocol';
import { IntrospectionUnavailableError } from '../introspection/introspection-unavailable-error.js';
import type { IntrospectionAnswer } from '../introspection/introspector.js';
import { KeyRing } from '../keys/key-ring.js';
import { StaticKeySet } from '../keys/static-key-set.js';
import { checkClaims } from './check-claims.js';
import type { OpaqueIssuer } from './token-formats.js';
import type { TokenQuestion } from './token-question.js';
import type { Verification, VerificationPolicy } from './verify-token.js';

const NO_HEADER = Object.freeze({});

/**
 * Verifies an opaque access token.
 *
 * @throws InvalidTokenError (rejects) `malformed`, `inactive`, or the first check of its claims that failed.
 * @throws IntrospectionUnavailableError (rejects)
 * @see RFC 7662 §4
 */
export async function verifyOpaqueToken(
  question: TokenQuestion,
  issuer: OpaqueIssuer,
  policy: VerificationPolicy,
): Promise<Verification> {
  const { token, inquiry, findStale } = question;
  if (token.length > policy.maxTokenBytes || !isBearerToken(token)) {
    throw new InvalidTokenError('malformed');
  }
  try {
    const answer = await issuer.introspector.ask(question, inquiry);
    return verifyAnswer(answer, issuer, policy);
  } catch (error) {
    if (!(error instanceof IntrospectionUnavailableError)) throw error;
    const stale = findStale(issuer.maxStaleSeconds);
    if (stale === undefined) throw error;
    issuer.introspector.noteStaleUse();
    return stale;
  }
}

/** Checks the claims of an answer. */
function verifyAnswer(
  { claims, hasExpiry, knownUntil, heapBytes }: IntrospectionAnswer,
  { issuer }: OpaqueIssuer,
  policy: VerificationPolicy,
): Verification {
  const candidate = { claims, issuer, format: 'opaque', header: NO_HEADER } as const;
  const checked = checkClaims(candidate, policy);
  return {
    token: checked.token,
    key: undefined,
    // Its keys may be unavailable: the answer does not depend on them any more.
    keySet: StaticKeySet.ofJwks(issuer.issuer, KeyRing.of([])),
    knownUntil,
    heapBytes: checked.heapBytes + heapBytes,
    validFrom: checked.validFrom,
    validUntil: hasExpiry ? checked.validUntil : Infinity,
  };
}
