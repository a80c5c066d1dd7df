/**
 * The checks of an access token, in their one order.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { checkAudience } from '../claims/audience.js';
import { assertNotSenderConstrained } from '../claims/confirmation.js';
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
import type { AccessTokenClaims, VerifiedAccessToken } from '../claims/verified-token.js';
import { parseUnverifiedJws, type UnverifiedJws } from '../jws/compact-jws.js';
import { freezeJsonObject, member } from '../jws/json-object.js';
import type { KeySet } from '../keys/key-set.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import { type Algorithm, isSignatureValid, type VerificationKey } from '../jws/signature.js';

/** An issuer and its keys. */
export interface TrustedIssuer extends ResolvedIssuer {
  readonly keySet: KeySet;
}

/** What every token is held against. */
export interface VerificationPolicy extends TimePolicy {
  /** By identifier; not empty. */
  readonly issuers: ReadonlyMap<string, TrustedIssuer>;
  readonly maxTokenBytes: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A token that passed every check, and what has to hold for it to stay so. */
export interface Verification extends ValidTimes {
  readonly token: VerifiedAccessToken;
  readonly key: VerificationKey;
  readonly keySet: KeySet;
  /** What the token occupies in memory: an estimate from above. */
  readonly heapBytes: number;
}

/** The verified token itself, its digest and its place in a cache. */
const HEAP_BYTES_PER_TOKEN = 1_024;
/** A string of its own, and its place in a set that may be half empty. */
const HEAP_BYTES_PER_SCOPE = 128;

/** A token whose issuer is trusted and whose signature is not checked yet. */
interface Candidate {
  readonly jws: UnverifiedJws;
  readonly issuer: TrustedIssuer;
  readonly alg: Algorithm;
}

/**
 * Verifies an access token: first all that needs no key, then the key, the signature, the claims.
 *
 * @returns In this tick when the keys are at hand.
 * @throws InvalidTokenError With the first check that failed as its reason.
 * @throws KeySetUnavailableError (rejects) When the keys cannot be had.
 * @see RFC 9068 §4; RFC 7519 §7.2; RFC 8725 §3
 */
export function verifyAccessToken(
  token: string,
  policy: VerificationPolicy,
): Verification | Promise<Verification> {
  const candidate = findCandidate(token, policy);
  const { issuer, jws, alg } = candidate;
  const keys = issuer.keySet.find(alg, jws.header.kid);
  return Array.isArray(keys)
    ? verifyWith(keys, candidate, policy)
    : (keys as Promise<readonly VerificationKey[]>).then((found) =>
        verifyWith(found, candidate, policy),
      );
}

/** Decides what can be decided without keys, so that it holds in an outage too. */
function findCandidate(token: string, policy: VerificationPolicy): Candidate {
  const jws = parseUnverifiedJws(token, policy.maxTokenBytes);
  const iss = member(jws.claims, 'iss');
  const issuer = typeof iss === 'string' ? policy.issuers.get(iss) : undefined;
  // What is expected of `typ` and `alg` is the issuer's; a stranger's token is held against the
  // first one's.
  const expected = issuer ?? firstOf(policy.issuers);
  assertAccessTokenKind(jws.header.parameters, jws.claims, expected.typ);
  // RFC 8725 §3.1: exact names from our list, whatever the header asks for.
  const alg = expected.algorithms.find((allowed) => allowed === jws.header.alg);
  if (alg === undefined) throw new InvalidTokenError('alg');
  if (issuer === undefined) throw new InvalidTokenError('issuer');
  return { jws, issuer, alg };
}

/** The issuer whose policy a stranger's token is held against. */
export function firstOf(issuers: ReadonlyMap<string, TrustedIssuer>): TrustedIssuer {
  for (const issuer of issuers.values()) return issuer;
  throw new TypeError('a verifier needs an issuer');
}

function verifyWith(
  keys: readonly VerificationKey[],
  candidate: Candidate,
  policy: VerificationPolicy,
): Verification | Promise<Verification> {
  if (keys.length === 0) throw new InvalidTokenError('key');
  const { jws } = candidate;
  const key = findSigningKey(keys, jws);
  if (key !== undefined) return finish(key, candidate, policy);
  if (jws.header.kid !== undefined) throw new InvalidTokenError('signature');
  return verifyWithNewKeys(keys, candidate, policy);
}

/** Without a `kid`, a token of a key that is newer than our set looks like a bad signature. */
async function verifyWithNewKeys(
  tried: readonly VerificationKey[],
  candidate: Candidate,
  policy: VerificationPolicy,
): Promise<Verification> {
  const { issuer, alg, jws } = candidate;
  const keys = await issuer.keySet.findAnew(alg, jws.header.kid);
  const untried = keys.filter((key) => !tried.includes(key));
  const key = findSigningKey(untried, jws);
  if (key === undefined) throw new InvalidTokenError('signature');
  return finish(key, candidate, policy);
}

function findSigningKey(
  keys: readonly VerificationKey[],
  { signingInput, signature }: UnverifiedJws,
): VerificationKey | undefined {
  return keys.find((key) => isSignatureValid(key, signingInput, signature));
}

function finish(
  key: VerificationKey,
  { jws, issuer }: Candidate,
  policy: VerificationPolicy,
): Verification {
  const { claims, header } = jws;
  // Not before: by now the issuer has signed it.
  const heapBytesOfJws = freezeJws(jws);
  const audience = checkAudience(claims, issuer);
  const times = readTimes(claims);
  const validTimes = checkTimes(times, policy.clock() / 1000, policy);
  checkLifetime(times, policy);
  if (issuer.typ === 'at+jwt') assertRequiredClaims(claims);
  const identity = readIdentity(claims);
  const scopes = readScopes(claims, issuer.scopeClaims);
  assertNotSenderConstrained(claims);
  // Tokens with the same scope may share one set; each is charged for it.
  const heapBytes = HEAP_BYTES_PER_TOKEN + heapBytesOfJws + scopes.size * HEAP_BYTES_PER_SCOPE;
  const token = Object.freeze({
    issuer: issuer.issuer,
    ...identity,
    audience,
    scopes,
    issuedAt: times.issuedAt,
    expiresAt: times.expiresAt,
    // The shapes of the registered claims were checked above.
    claims: claims as unknown as AccessTokenClaims,
    header: header.parameters,
  }) as VerifiedAccessToken;
  return { token, key, keySet: issuer.keySet, heapBytes, ...validTimes };
}

/**
 * Freezes what the token says.
 *
 * @returns What it occupies. Of its text, strings of two octets per character may remain.
 */
function freezeJws({ header, claims, signingInput }: UnverifiedJws): number {
  const members = freezeJsonObject(header.parameters) + freezeJsonObject(claims);
  return members + Math.ceil(1.5 * signingInput.length);
}
