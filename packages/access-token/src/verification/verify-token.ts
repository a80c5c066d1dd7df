/**
 * The checks of an access token, in a fixed order.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { isThenable, settle } from '@scopegate/protocol/internal';
import { checkAudience } from '../claims/audience.js';
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
import { assertAccessTokenKind, assertRequiredClaims } from '../claims/token-kind.js';
import type { AccessTokenClaims, KnownToken } from '../claims/verified-token.js';
import { parseUnverifiedJws, type UnverifiedJws } from '../jws/compact-jws.js';
import { freezeJsonObject, member } from '../jws/json-object.js';
import type { TrustedIssuer, TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { KeySet, SignerSearch } from '../keys/key-set.js';
import { type Algorithm, isSignatureValid, type VerificationKey } from '../jws/signature.js';

/** What every token is checked against. */
export interface VerificationPolicy extends TimePolicy {
  readonly issuers: TrustedIssuers;
  readonly maxTokenBytes: number;
  readonly provable: ProvableBindings;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A token that passed every check, and the conditions under which it stays acceptable. */
export interface Verification extends ValidTimes {
  readonly token: KnownToken;
  readonly key: VerificationKey;
  readonly keySet: KeySet;
  /** What the token occupies in memory, in bytes: an upper estimate. */
  readonly heapBytes: number;
}

/** The verified token object, its digest and its cache entry. */
const HEAP_BYTES_PER_TOKEN = 1_024;
/** One string, and its entry in a set that may be half empty. */
const HEAP_BYTES_PER_SCOPE = 128;
/** The proof key that is kept with a bound token: its header, and up to 7 KB in OpenSSL. */
const BYTES_PER_PROOF_KEY = 10_240;

/** A token of a trusted issuer whose signature is not checked yet. */
interface Candidate {
  readonly jws: UnverifiedJws;
  readonly issuer: TrustedIssuer;
  readonly alg: Algorithm;
  readonly policy: VerificationPolicy;
}

/**
 * Verifies an access token: first everything that needs no key, then signature and claims.
 *
 * @returns Synchronously when the keys are available.
 * @throws InvalidTokenError The first check that failed is its reason.
 * @throws KeySetUnavailableError (rejects) The issuer's keys are unavailable.
 * @see RFC 9068 §4; RFC 7519 §7.2; RFC 8725 §3
 */
export function verifyAccessToken(
  token: string,
  policy: VerificationPolicy,
): Verification | Promise<Verification> {
  const jws = parseUnverifiedJws(token, policy.maxTokenBytes);
  const iss = member(jws.claims, 'iss');
  const issuer = typeof iss === 'string' ? policy.issuers.find(iss) : undefined;
  return isThenable(issuer) ? verifyLater(issuer, jws, policy) : verifyFrom(issuer, jws, policy);
}

/** In a separate function, because its closure would cost every verification an allocation. */
function verifyLater(
  issuer: Promise<TrustedIssuer | undefined>,
  jws: UnverifiedJws,
  policy: VerificationPolicy,
): Promise<Verification> {
  return issuer.then((found) => verifyFrom(found, jws, policy));
}

function verifyFrom(
  issuer: TrustedIssuer | undefined,
  jws: UnverifiedJws,
  policy: VerificationPolicy,
): Verification | Promise<Verification> {
  const candidate = requireCandidate(issuer, jws, policy);
  const { keySet } = candidate.issuer;
  const { alg } = candidate;
  const { kid } = jws.header;
  const hasSigned = (key: VerificationKey): boolean =>
    isSignatureValid(key, jws.signingInput, jws.signature);
  return settle(keySet.findSigner({ alg, kid, hasSigned }), verifySigned, candidate);
}

/** Makes the checks that need no keys, so that they also work during an outage. */
function requireCandidate(
  issuer: TrustedIssuer | undefined,
  jws: UnverifiedJws,
  policy: VerificationPolicy,
): Candidate {
  // `typ` and `alg` are checked as the issuer requires; for an unknown issuer, by the fallback.
  const expected = issuer ?? policy.issuers.fallback;
  assertAccessTokenKind(jws.header.parameters, jws.claims, expected.typ);
  // RFC 8725 §3.1: only exact names from our own list.
  const alg = expected.algorithms.find((allowed) => allowed === jws.header.alg);
  if (alg === undefined) throw new InvalidTokenError('alg');
  if (issuer === undefined) throw new InvalidTokenError('issuer');
  return { jws, issuer, alg, policy };
}

/** Refuses a token without a signer; otherwise verifies its claims. */
function verifySigned(
  { signer, candidates }: SignerSearch,
  { jws, issuer, policy }: Candidate,
): Verification {
  if (signer === undefined) {
    throw new InvalidTokenError(candidates.length === 0 ? 'key' : 'signature');
  }
  // Only now: freezing a forged token would be wasted work.
  const heapBytesOfJws = freezeJws(jws);
  const { claims, header } = jws;
  const audience = checkAudience(claims, issuer);
  const times = readTimes(claims);
  const validTimes = checkTimes(times, policy.clock() / 1000, policy);
  checkLifetime(times, policy);
  if (issuer.typ === 'at+jwt') assertRequiredClaims(claims);
  const { subject, clientId, tokenId, principal } = readIdentity(claims);
  const scopes = readScopes(claims, issuer.scopePolicy);
  const confirmation = readConfirmation(claims, issuer, policy.provable);
  const keyBytes = confirmation?.jkt === undefined ? 0 : BYTES_PER_PROOF_KEY;
  // Tokens with the same scope may share one set; it is counted for each of them.
  const scopeBytes = scopes.size * HEAP_BYTES_PER_SCOPE;
  const heapBytes = HEAP_BYTES_PER_TOKEN + heapBytesOfJws + scopeBytes + keyBytes;
  const token: KnownToken = Object.freeze({
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
    // The shapes of the registered claims were checked above.
    claims: claims as unknown as AccessTokenClaims,
    header: header.parameters,
  });
  return { token, key: signer, keySet: issuer.keySet, heapBytes, ...validTimes };
}

/**
 * Freezes the header and the claims.
 *
 * @returns Their memory, in bytes. Strings may take two bytes per character.
 */
function freezeJws({ header, claims, signingInput }: UnverifiedJws): number {
  const members = freezeJsonObject(header.parameters) + freezeJsonObject(claims);
  return members + Math.ceil(1.5 * signingInput.length);
}
