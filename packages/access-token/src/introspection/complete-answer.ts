/**
 * What an introspection response says about an active token, checked and completed.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { isPlainObject } from '@scopegate/protocol/internal';
import type { AudienceClaim } from '../claims/audience.js';
import { listOtherKindMarks } from '../claims/token-kind.js';
import { freezeJsonObject, type JsonObject, member } from '../jws/json-object.js';
import type { IntrospectionAnswer } from './introspector.js';

/** What responses are checked against, and completed with. */
export interface AnswerPolicy {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly audienceClaim: AudienceClaim;
  readonly issuerChecksAudience: boolean;
  readonly cacheSeconds: number;
}

/** A response about an active token. */
export interface ActiveResponse {
  readonly members: JsonObject;
  /** The size of the response. */
  readonly bytes: number;
  /** When the request was sent, in seconds since the epoch. */
  readonly askedAt: number;
  /** When the response was received, in seconds since the epoch. */
  readonly receivedAt: number;
}

/**
 * Checks that a response is about an access token of the issuer, and completes its claims.
 *
 * @throws InvalidTokenError `issuer`: it is about a token of another issuer. `typ`: it is not about an access
 *   token, or not about one of the type that its binding requires.
 * @see RFC 7662 §2.2, §4; RFC 9449 §6.2
 */
export function completeAnswer(
  { members, bytes, askedAt, receivedAt }: ActiveResponse,
  policy: AnswerPolicy,
): IntrospectionAnswer {
  assertIssuer(members, policy.issuer);
  assertAccessToken(members);
  const hasExpiry = Object.hasOwn(members, 'exp');
  const cachedUntil = askedAt + policy.cacheSeconds;
  const expiresAt = member(members, 'exp');
  // RFC 7662 §4: never past `exp`.
  const knownUntil = typeof expiresAt === 'number' ? Math.min(cachedUntil, expiresAt) : cachedUntil;
  const claims: Record<string, unknown> = { ...members, iss: policy.issuer };
  // A response that took long is still new.
  if (!hasExpiry) claims['exp'] = Math.max(cachedUntil, receivedAt + 1);
  if (isAudienceImplied(members, policy)) claims['aud'] = audienceOf(policy);
  const heapBytes = freezeJsonObject(claims) + 2 * bytes;
  return Object.freeze({ claims, hasExpiry, knownFrom: askedAt, knownUntil, heapBytes });
}

function assertIssuer(members: JsonObject, issuer: string): void {
  if (Object.hasOwn(members, 'iss') && member(members, 'iss') !== issuer) {
    throw new InvalidTokenError('issuer');
  }
}

/** Refresh tokens can be introspected, too. */
function assertAccessToken(members: JsonObject): void {
  const hasType = Object.hasOwn(members, 'token_type');
  // A `token_type` of an access token outweighs a copied `nonce`.
  const marks = listOtherKindMarks(members).filter((mark) => !hasType || mark !== 'nonce');
  if (marks.length > 0) throw new InvalidTokenError('typ');
  if (!hasType) return;
  const type = member(members, 'token_type');
  const isAccepted = hasKeyBinding(members) ? isDpop(type) : isDpop(type) || isBearer(type);
  if (!isAccepted) throw new InvalidTokenError('typ');
}

/** RFC 9449 §6.2: the type of a token that is bound to a key, if there is one, is `DPoP`. */
function hasKeyBinding(members: JsonObject): boolean {
  const confirmation = member(members, 'cnf');
  return isPlainObject(confirmation) && Object.hasOwn(confirmation, 'jkt');
}

/** Whether a `token_type` is that of tokens that are bound to a key. RFC 6749 §5.1: case-insensitive. */
export function isDpop(type: unknown): boolean {
  return typeof type === 'string' && type.toLowerCase() === 'dpop';
}

function isBearer(type: unknown): boolean {
  return typeof type === 'string' && type.toLowerCase() === 'bearer';
}

/** Some servers write an empty list or `null` for a token without an audience. */
function isAudienceImplied(members: JsonObject, policy: AnswerPolicy): boolean {
  if (!policy.issuerChecksAudience || policy.audienceClaim !== 'aud') return false;
  const audience = member(members, 'aud') ?? [];
  return Array.isArray(audience) && audience.length === 0;
}

function audienceOf({ audience }: AnswerPolicy): string | readonly string[] {
  const [first, ...others] = audience;
  return first !== undefined && others.length === 0 ? first : [...audience];
}
