/**
 * The checks of an access token, in a fixed order.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { settle } from '@scopegate/protocol/internal';
import { assertAccessTokenKind } from '../claims/token-kind.js';
import { findClientId } from '../claims/identity.js';
import type { ValidTimes } from '../claims/times.js';
import type { KnownToken } from '../claims/verified-token.js';
import { assertEncryption, assertReplicatedClaims } from '../jwe/assert-encryption.js';
import type { DecryptedToken } from '../jwe/decrypter.js';
import { parseUnverifiedJws, type UnverifiedJws } from '../jws/compact-jws.js';
import { freezeJsonObject, member } from '../jws/json-object.js';
import type { TrustedIssuer, TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { KeySet, SignerSearch } from '../keys/key-set.js';
import { type Algorithm, isSignatureValid, type VerificationKey } from '../jws/signature.js';
import { noteRefusalOrigin, noteVerifiedOrigin, notingOrigin } from '../refusal-origin.js';
import { checkClaims, type ClaimsPolicy } from './check-claims.js';
import type { TokenFormats } from './token-formats.js';

/** What every token is checked against. */
export interface VerificationPolicy extends ClaimsPolicy {
  readonly issuers: TrustedIssuers;
  readonly maxTokenBytes: number;
  /** What tokens may be besides signed JWTs; `undefined` when they may not. */
  readonly formats: TokenFormats | undefined;
}

/** The time in which an introspection response may be used, in seconds since the epoch. */
export interface KnownPeriod {
  readonly from: number;
  readonly until: number;
}

/** A token that passed every check, and the conditions under which it stays acceptable. */
export interface Verification extends ValidTimes {
  readonly token: KnownToken;
  /** `undefined` for an opaque token. */
  readonly key: VerificationKey | undefined;
  readonly keySet: KeySet;
  /** When nothing has to be asked about the token; `undefined` for a JWT, about which nothing has. */
  readonly known: KnownPeriod | undefined;
  /** What the token occupies in memory, in bytes: an upper estimate. */
  readonly heapBytes: number;
}

/** A parsed token, and what it is checked against. */
interface Parsed {
  readonly jws: UnverifiedJws;
  /** `undefined` if the token was not encrypted. */
  readonly decrypted: DecryptedToken | undefined;
  readonly policy: VerificationPolicy;
}

/** A token of a trusted issuer whose signature is not checked yet. */
interface Candidate extends Parsed {
  readonly issuer: TrustedIssuer;
  readonly alg: Algorithm;
}

/**
 * Verifies a signed access token: first everything that needs no key, then signature and claims.
 *
 * @param decrypted - What the token was in, if it was encrypted.
 * @returns Synchronously when the keys are available.
 * @throws InvalidTokenError The first check that failed is its reason.
 * @throws KeySetUnavailableError (rejects) The issuer's keys are unavailable.
 * @see RFC 9068 §4; RFC 7519 §7.2; RFC 8725 §3
 */
export function verifyAccessToken(
  token: string,
  policy: VerificationPolicy,
  decrypted?: DecryptedToken,
): Verification | Promise<Verification> {
  const jws = parseUnverifiedJws(token, policy.maxTokenBytes);
  const iss = member(jws.claims, 'iss');
  const issuer = typeof iss === 'string' ? policy.issuers.find(iss) : undefined;
  return settle(issuer, verifyFrom, { jws, decrypted, policy });
}

/** Verifies a token; what it throws about a token of a trusted issuer notes which issuer that is. */
function verifyFrom(
  issuer: TrustedIssuer | undefined,
  parsed: Parsed,
): Verification | Promise<Verification> {
  if (issuer === undefined) return verifyCandidate(issuer, parsed);
  return notingOrigin(
    () => verifyCandidate(issuer, parsed),
    (error) =>
      noteRefusalOrigin(error, {
        claimedIssuer: issuer.issuer,
        isVerified: false,
        clientId: undefined,
      }),
  );
}

function verifyCandidate(
  issuer: TrustedIssuer | undefined,
  parsed: Parsed,
): Verification | Promise<Verification> {
  const { jws } = parsed;
  const candidate = requireCandidate(issuer, parsed);
  const { keySet } = candidate.issuer;
  const { alg } = candidate;
  const { kid } = jws.header;
  const hasSigned = (key: VerificationKey): boolean =>
    isSignatureValid(key, jws.signingInput, jws.signature);
  return settle(keySet.findSigner({ alg, kid, hasSigned }), verifySigned, candidate);
}

/** Makes the checks that need no keys, so that they also work during an outage. */
function requireCandidate(issuer: TrustedIssuer | undefined, parsed: Parsed): Candidate {
  const { jws, policy, decrypted } = parsed;
  // `typ` and `alg` are checked as the issuer requires; for an unknown issuer, by the fallback.
  const expected = issuer ?? policy.issuers.fallback;
  assertAccessTokenKind(jws.header.parameters, jws.claims, expected.typ);
  // RFC 8725 §3.1: only exact names from our own list.
  const alg = expected.algorithms.find((allowed) => allowed === jws.header.alg);
  if (alg === undefined) throw new InvalidTokenError('alg');
  if (issuer === undefined) throw new InvalidTokenError('issuer');
  // The issuer's tokens are opaque, so this is none of its access tokens.
  if (issuer.introspection?.tokens === 'opaque') throw new InvalidTokenError('typ');
  assertEncryption(issuer.decryption, decrypted);
  if (decrypted !== undefined) assertReplicatedClaims(decrypted, jws.claims);
  // No spread: it would cost more than all of these checks.
  return { jws, decrypted, policy, issuer, alg };
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
  const candidate = { claims, issuer, format: 'jwt', header: header.parameters } as const;
  try {
    const { token, heapBytes, validFrom, validUntil } = checkClaims(candidate, policy);
    return {
      token,
      key: signer,
      keySet: issuer.keySet,
      known: undefined,
      heapBytes: heapBytes + heapBytesOfJws,
      validFrom,
      validUntil,
    };
  } catch (error) {
    throw noteVerifiedOrigin(error, { issuer: issuer.issuer, clientId: findClientId(claims) });
  }
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
