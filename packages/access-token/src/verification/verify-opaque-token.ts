/**
 * The checks of an opaque token: the authorization server is asked, and its answer is checked like the claims
 * of a JWT.
 *
 * @module
 */
import { InvalidTokenError, isBearerToken } from '@scopegate/protocol';
import { IntrospectionUnavailableError } from '../introspection/introspection-unavailable-error.js';
import type { IntrospectionAnswer } from '../introspection/introspector.js';
import type { KnownToken } from '../claims/verified-token.js';
import { findClientId } from '../claims/identity.js';
import { isDpop } from '../introspection/complete-answer.js';
import { type JsonObject, member } from '../jws/json-object.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import { noteRefusalOrigin, noteVerifiedOrigin } from '../refusal-origin.js';
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
  const { token, inquiry } = question;
  if (token.length > policy.maxTokenBytes || !isBearerToken(token)) {
    throw new InvalidTokenError('malformed');
  }
  try {
    const answer = await issuer.introspector.ask(question, inquiry);
    return verifyAnswer(answer, question, { issuer, policy });
  } catch (error) {
    const { issuer: claimedIssuer } = issuer.issuer;
    noteRefusalOrigin(error, { claimedIssuer, isVerified: false, clientId: undefined });
    if (error instanceof InvalidTokenError) question.onRefused(error);
    if (!(error instanceof IntrospectionUnavailableError)) throw error;
    return findStale(question, issuer, error);
  }
}

function findStale(
  { findStale: find, inquiry }: TokenQuestion,
  { introspector, maxStaleSeconds }: OpaqueIssuer,
  error: IntrospectionUnavailableError,
): Verification {
  const stale = find(maxStaleSeconds);
  if (stale === undefined) throw error;
  introspector.noteStaleUse();
  // Where a fresh answer is required, the authorization server must be asked again.
  if (inquiry !== undefined) inquiry.isFresh = false;
  return stale;
}

interface OpaqueContext {
  readonly issuer: OpaqueIssuer;
  readonly policy: VerificationPolicy;
}

function verifyAnswer(
  answer: IntrospectionAnswer,
  question: TokenQuestion,
  { issuer, policy }: OpaqueContext,
): Verification {
  try {
    return checkAnswer(answer, issuer, policy);
  } catch (error) {
    const clientId = findClientId(answer.claims);
    noteVerifiedOrigin(error, { issuer: issuer.issuer.issuer, clientId });
    const isLasting = error instanceof InvalidTokenError && error.reason !== 'not_yet_valid';
    if (isLasting) issuer.introspector.noteRefusal(question, error);
    throw error;
  }
}

/** Checks the claims of an answer. */
function checkAnswer(
  { claims, hasExpiry, knownFrom, knownUntil, heapBytes }: IntrospectionAnswer,
  { issuer, keySet }: OpaqueIssuer,
  policy: VerificationPolicy,
): Verification {
  const candidate = { claims, issuer, format: 'opaque', header: NO_HEADER } as const;
  const checked = checkClaims(candidate, policy);
  assertBound(claims, checked.token, issuer);
  return {
    token: checked.token,
    key: undefined,
    keySet,
    known: { from: knownFrom, until: knownUntil },
    heapBytes: checked.heapBytes + heapBytes,
    validFrom: checked.validFrom,
    validUntil: hasExpiry ? checked.validUntil : Infinity,
  };
}

/** @throws InvalidTokenError `sender_constraint`: the token is bound to a key, but the answer does not name it. */
function assertBound(claims: JsonObject, token: KnownToken, issuer: ResolvedIssuer): void {
  if (issuer.ignoresSenderConstraint || token.confirmation?.jkt !== undefined) return;
  if (isDpop(member(claims, 'token_type'))) throw new InvalidTokenError('sender_constraint');
}
