/**
 * The checks of an access token's claims, in a fixed order, whether they are signed or introspected.
 *
 * @module
 */
import { checkAudience } from '../claims/audience.js';
import { readAuthentication } from '../claims/authentication.js';
import { readAuthorizationDetails } from '../claims/authorization-details.js';
import { type ProvableBindings, readConfirmation } from '../claims/confirmation.js';
import { readIdentity } from '../claims/identity.js';
import { readScopes } from '../claims/scopes.js';
import {
  checkLifetime,
  checkTimes,
  readTimes,
  type TimePolicy,
  type ValidTimes,
} from '../claims/times.js';
import { assertRequiredClaims } from '../claims/token-kind.js';
import type { AccessTokenClaims, KnownToken } from '../claims/verified-token.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import type { JsonObject } from '../jws/json-object.js';

/** What the claims of every token are checked against. */
export interface ClaimsPolicy extends TimePolicy {
  readonly provable: ProvableBindings;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** The claims of a token whose origin is verified, deeply frozen. */
export interface CandidateClaims extends Pick<KnownToken, 'format' | 'header'> {
  readonly claims: JsonObject;
  readonly issuer: ResolvedIssuer;
}

/** A token whose claims have passed every check. */
export interface CheckedClaims extends ValidTimes {
  readonly token: KnownToken;
  /** What the token occupies in memory besides its claims, in bytes: an upper estimate. */
  readonly heapBytes: number;
}

/** The verified token object, its digest and its cache entry. */
const HEAP_BYTES_PER_TOKEN = 1_152;
/** One string, and its entry in a set that may be half empty. */
const HEAP_BYTES_PER_SCOPE = 128;
/** The proof key that is kept with a bound token: its header, and up to 7 KB in OpenSSL. */
const BYTES_PER_PROOF_KEY = 10_240;

/**
 * Checks the claims of a token.
 *
 * @throws InvalidTokenError The first check that failed is its reason.
 * @see RFC 9068 §4; RFC 7519 §4.1; RFC 7662 §4
 */
export function checkClaims(
  { claims, issuer, format, header }: CandidateClaims,
  policy: ClaimsPolicy,
): CheckedClaims {
  const audience = checkAudience(claims, issuer);
  const times = readTimes(claims);
  const validTimes = checkTimes(times, policy.clock() / 1000, policy);
  checkLifetime(times, policy);
  if (format === 'jwt' && issuer.typ === 'at+jwt') assertRequiredClaims(claims);
  const { subject, clientId, tokenId, principal } = readIdentity(claims);
  const { authenticationContext, authenticatedAt, sessionId } = readAuthentication(claims);
  const authorizationDetails = readAuthorizationDetails(claims);
  const scopes = readScopes(claims, issuer.scopePolicy);
  const confirmation = readConfirmation(claims, issuer, policy.provable);
  const token: KnownToken = Object.freeze({
    format,
    issuer: issuer.issuer,
    subject,
    clientId,
    audience,
    scopes,
    issuedAt: times.issuedAt,
    expiresAt: times.expiresAt,
    tokenId,
    confirmation,
    principal,
    authenticationContext,
    authenticatedAt,
    sessionId,
    authorizationDetails,
    // The shapes of the registered claims were checked above.
    claims: claims as unknown as AccessTokenClaims,
    header,
  });
  const keyBytes = confirmation?.jkt === undefined ? 0 : BYTES_PER_PROOF_KEY;
  // Tokens with the same scope may share one set; it is counted for each of them.
  const scopeBytes = scopes.size * HEAP_BYTES_PER_SCOPE;
  return { token, heapBytes: HEAP_BYTES_PER_TOKEN + scopeBytes + keyBytes, ...validTimes };
}
