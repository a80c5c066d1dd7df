/**
 * Narrows a verified token to what its authorization server says about it now.
 *
 * @module
 */
import { createScopeSet, InvalidTokenError } from '@scopegate/protocol';
import { findClaim } from '../claims/claim-path.js';
import type { KnownToken } from '../claims/verified-token.js';
import type { IntrospectionAnswer } from '../introspection/introspector.js';
import type { TrustedIssuer } from '../issuers/trusted-issuers.js';
import type { JsonObject } from '../jws/json-object.js';
import { checkClaims, type ClaimsPolicy } from './check-claims.js';

const NO_HEADER = Object.freeze({});

/** A token, and what its authorization server says about it. */
export interface FreshAnswer<Claims> {
  readonly token: KnownToken<Claims>;
  readonly answer: IntrospectionAnswer;
  readonly issuer: TrustedIssuer;
}

/**
 * Narrows a token: its scopes and its expiry become those that both the token and the answer have. The answer
 * adds nothing.
 *
 * @returns The same token when the answer does not narrow it.
 * @throws InvalidTokenError `inactive`: the answer contradicts the token. Otherwise the first check of the
 *   answer that failed.
 * @see RFC 7662 §4
 */
export function narrowToken<Claims>(
  { token, answer, issuer }: FreshAnswer<Claims>,
  policy: ClaimsPolicy,
): KnownToken<Claims> {
  const { hasExpiry } = answer;
  const claims = completeClaims(answer.claims, token, issuer);
  const candidate = { claims, issuer, format: 'opaque', header: NO_HEADER } as const;
  const said = checkClaims(candidate, policy).token;
  assertSameToken(token, said);
  const limitsScope = issuer.scopePolicy.claims.some(
    ({ path }) => findClaim(answer.claims, path) !== undefined,
  );
  const isGranted = (scope: string): boolean => !limitsScope || said.scopes.has(scope);
  const expiresAt = hasExpiry ? Math.min(token.expiresAt, said.expiresAt) : token.expiresAt;
  if (expiresAt === token.expiresAt && [...token.scopes].every(isGranted)) return token;
  const scopes = createScopeSet([...token.scopes].filter(isGranted));
  return Object.freeze({ ...token, scopes, expiresAt });
}

/** Adds what the answer need not repeat: it is verified in the token. */
function completeClaims(
  claims: JsonObject,
  { audience, clientId }: KnownToken<unknown>,
  { audienceClaim }: TrustedIssuer,
): JsonObject {
  const known = audienceClaim === 'aud' ? { aud: audience } : { client_id: clientId };
  return { ...known, ...claims };
}

/** @throws InvalidTokenError `inactive`: the answer is about another token. */
function assertSameToken(token: KnownToken<unknown>, said: KnownToken<unknown>): void {
  const { jkt, x5tS256 } = said.confirmation ?? token.confirmation ?? {};
  const isSame =
    (said.subject ?? token.subject) === token.subject &&
    (said.clientId ?? token.clientId) === token.clientId &&
    (said.tokenId ?? token.tokenId) === token.tokenId &&
    jkt === token.confirmation?.jkt &&
    x5tS256 === token.confirmation?.x5tS256;
  if (!isSame) throw new InvalidTokenError('inactive');
}
