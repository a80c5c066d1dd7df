/**
 * Narrows a verified token to what its authorization server says about it now.
 *
 * @module
 */
import { createScopeSet, InvalidTokenError } from '@scopegate/protocol';
import { findClaim } from '../claims/claim-path.js';
import { readScopes, type ScopePolicy } from '../claims/scopes.js';
import type { KnownToken } from '../claims/verified-token.js';
import type { IntrospectionAnswer } from '../introspection/introspector.js';
import type { TrustedIssuer } from '../issuers/trusted-issuers.js';
import type { JsonObject } from '../jws/json-object.js';
import { checkClaims, type ClaimsPolicy } from './check-claims.js';
import type { Verification } from './verify-token.js';

const NO_HEADER = Object.freeze({});

/** The part of a verification that an answer can narrow. */
type Lasting = Pick<Verification, 'token' | 'validUntil'>;

/** A token, and what its authorization server says about it. */
export interface FreshAnswer<Claims, Accepted extends Lasting> {
  readonly token: KnownToken<Claims>;
  /** Its verification. */
  readonly accepted: Accepted;
  readonly answer: IntrospectionAnswer;
  readonly issuer: TrustedIssuer;
}

/** A token that says no more than its authorization server. */
export interface NarrowedToken<Claims, Accepted extends Lasting> {
  /** The same token when the answer does not narrow it. */
  readonly token: KnownToken<Claims>;
  /** Its verification, which ends when the narrowed token expires. */
  readonly accepted: Accepted;
}

/**
 * Narrows a token: its scopes and its expiry become those that both the token and the answer have. The answer
 * adds nothing.
 *
 * @throws InvalidTokenError `inactive`: the answer contradicts the token. Otherwise the first check of the
 *   answer that failed.
 * @see RFC 7662 §4
 */
export function narrowToken<Claims, Accepted extends Lasting>(
  { token, accepted, answer, issuer }: FreshAnswer<Claims, Accepted>,
  policy: ClaimsPolicy,
): NarrowedToken<Claims, Accepted> {
  const claims = completeClaims(answer, token, issuer);
  const candidate = { claims, issuer, format: 'opaque', header: NO_HEADER } as const;
  const { token: said, validUntil } = checkClaims(candidate, policy);
  assertSameToken(token, said);
  const { scopePolicy } = issuer;
  const unlimited = readScopes(accepted.token.claims, withoutLimited(scopePolicy, answer.claims));
  const isGranted = (scope: string): boolean => said.scopes.has(scope) || unlimited.has(scope);
  const expiresAt = answer.hasExpiry ? Math.min(token.expiresAt, said.expiresAt) : token.expiresAt;
  if (expiresAt === token.expiresAt && [...token.scopes].every(isGranted)) {
    return { token, accepted };
  }
  const scopes = createScopeSet([...token.scopes].filter(isGranted));
  const lasting = answer.hasExpiry
    ? Math.min(accepted.validUntil, validUntil)
    : accepted.validUntil;
  return {
    token: Object.freeze({ ...token, scopes, expiresAt }),
    accepted: { ...accepted, validUntil: lasting },
  };
}

/** Two names of one list: an answer that has either of them limits both. RFC 7662 §2.2. */
const SCOPE_NAMES = ['scope', 'scp'];

/** Returns the claims with scopes that an answer says nothing about. */
function withoutLimited(policy: ScopePolicy, said: JsonObject): ScopePolicy {
  const isSaid = ({ path }: ScopePolicy['claims'][number]): boolean =>
    findClaim(said, path) !== undefined;
  const isScopeSaid = policy.claims.some((each) => SCOPE_NAMES.includes(each.name) && isSaid(each));
  const isLimited = (each: ScopePolicy['claims'][number]): boolean =>
    isSaid(each) || (isScopeSaid && SCOPE_NAMES.includes(each.name));
  return { ...policy, claims: policy.claims.filter((each) => !isLimited(each)) };
}

/** Adds what the answer need not repeat: it is verified in the token. */
function completeClaims(
  { claims, hasExpiry }: IntrospectionAnswer,
  { format, audience, clientId, issuedAt, expiresAt }: KnownToken<unknown>,
  { audienceClaim }: TrustedIssuer,
): JsonObject {
  const known = audienceClaim === 'aud' ? { aud: audience } : { client_id: clientId };
  const completed = { ...known, ...(issuedAt !== undefined && { iat: issuedAt }), ...claims };
  // The expiry of an opaque token may be that of an earlier answer.
  return hasExpiry || format === 'opaque' ? completed : { ...completed, exp: expiresAt };
}

/** @throws InvalidTokenError `inactive`: the answer is about another token, or one that is bound otherwise. */
function assertSameToken(token: KnownToken<unknown>, said: KnownToken<unknown>): void {
  const { confirmation } = token;
  const isSame =
    isCompatible(token.subject, said.subject) &&
    isCompatible(token.clientId, said.clientId) &&
    isCompatible(token.tokenId, said.tokenId) &&
    // The possession of what only the answer names was not proven.
    isRepeated(confirmation?.jkt, said.confirmation?.jkt) &&
    isRepeated(confirmation?.x5tS256, said.confirmation?.x5tS256);
  if (!isSame) throw new InvalidTokenError('inactive');
}

/** A token may lack what its authorization server knows, such as the user of a lightweight access token. */
function isCompatible(known: string | undefined, said: string | undefined): boolean {
  return known === undefined || said === undefined || known === said;
}

function isRepeated(known: string | undefined, said: string | undefined): boolean {
  return said === undefined || known === said;
}
