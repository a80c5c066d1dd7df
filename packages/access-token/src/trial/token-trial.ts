/**
 * Checks accepted tokens against stricter options, which are on trial.
 *
 * @module
 */
import { InvalidTokenError, type InvalidTokenReason } from '@scopegate/protocol';
import { checkAudience } from '../claims/audience.js';
import { createScopePolicy, readScopes } from '../claims/scopes.js';
import { checkLifetime, readTimes } from '../claims/times.js';
import { assertAccessTokenKind, assertRequiredClaims } from '../claims/token-kind.js';
import type { KnownToken } from '../claims/verified-token.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import type { KnownTokens } from '../verification/known-tokens.js';
import type { VerificationPolicy } from '../verification/verify-token.js';
import { type ResolvedTokenTrial, resolveTokenTrial } from './trial-options.js';

/**
 * Returns why a token that this verifier has accepted would be refused; `undefined` if it would be accepted.
 *
 * @throws TypeError Another verifier verified the token.
 */
export type TokenTrial = (token: KnownToken<unknown>) => InvalidTokenReason | undefined;

/** What accepted tokens were checked against. */
interface TrialContext<Claims> {
  readonly policy: VerificationPolicy;
  readonly known: KnownTokens<Claims>;
}

interface Verdict {
  readonly reason: InvalidTokenReason | undefined;
}

/**
 * Creates the trial of a verifier's tokens. Each token is checked once, when it is first asked about.
 *
 * @param options - Whose names are known.
 * @throws TypeError An option is out of range, or accepts what is refused now.
 */
export function createTokenTrial<Claims>(
  options: Readonly<Record<string, unknown>>,
  { policy, known }: TrialContext<Claims>,
): TokenTrial {
  const trial = resolveTokenTrial(options, policy);
  const verdicts = new WeakMap<object, Verdict>();
  return (token) => {
    // A schema may create other claims for each request; the verification has those of the token.
    const verified = known.verificationOf(token, 'createTokenTrial').token;
    const earlier = verdicts.get(verified);
    if (earlier !== undefined) return earlier.reason;
    const { issuers } = policy;
    const issuer = issuers.list().find((each) => each.issuer === verified.issuer);
    const reason = findReason(verified, trial, issuer ?? issuers.fallback);
    verdicts.set(verified, { reason });
    return reason;
  };
}

function findReason(
  token: KnownToken,
  trial: ResolvedTokenTrial,
  issuer: ResolvedIssuer,
): InvalidTokenReason | undefined {
  try {
    assertHeader(token, trial);
    if (trial.issuers?.includes(token.issuer) === false) throw new InvalidTokenError('issuer');
    assertClaims(token, trial, issuer);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidTokenError) return error.reason;
    throw error;
  }
}

function assertHeader(
  { format, header, claims }: KnownToken,
  { typ, algorithms }: ResolvedTokenTrial,
): void {
  if (format !== 'jwt') return;
  if (typ !== undefined) assertAccessTokenKind(header, claims, typ);
  if (algorithms === undefined) return;
  if (!algorithms.some((alg) => alg === header['alg'])) throw new InvalidTokenError('alg');
}

/** Makes the checks in the order in which the enforced options are checked. */
function assertClaims(
  { format, claims }: KnownToken,
  { typ, audience, maxLifetimeSeconds }: ResolvedTokenTrial,
  { audienceClaim, scopeClaims }: ResolvedIssuer,
): void {
  if (audience !== undefined) checkAudience(claims, { audience, audienceClaim });
  if (maxLifetimeSeconds !== undefined) {
    checkLifetime(readTimes(claims), { maxLifetimeSeconds, clockToleranceSeconds: 0 });
  }
  if (format !== 'jwt' || typ !== 'at+jwt') return;
  assertRequiredClaims(claims);
  readScopes(claims, createScopePolicy(scopeClaims, typ));
}
