/**
 * Creates access token verifiers.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { AccessTokenVerifier } from './access-token-verifier.js';
import type { ExpectedAudience } from './claims/audience.js';
import type { AccessTokenClaims, VerifiedAccessToken } from './claims/verified-token.js';
import { explainToken } from './explain/explain.js';
import type { AccessTokenVerifierOptions } from './options/options.js';
import { type ResolvedOptions, resolveOptions } from './options/resolve-options.js';
import { Acceptance } from './verification/acceptance.js';
import { type AcceptedToken, assertNotLapsed, TokenCache } from './verification/token-cache.js';
import { createVerificationPolicy } from './verification/verification-policy.js';
import {
  type Verification,
  type VerificationPolicy,
  verifyAccessToken,
} from './verification/verify-token.js';
import { watchVerification } from './verification/while-acceptable.js';
import { attachInternals, type InnerMembers } from './verifier-internals.js';

/**
 * Creates a verifier. Nothing is fetched before the first token or a call of `ready()`.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const verifier = createAccessTokenVerifier({ issuer, audience });
 * const { scopes } = await verifier.verify(token);
 */
export function createAccessTokenVerifier<Claims = AccessTokenClaims>(
  options: AccessTokenVerifierOptions<Claims>,
): AccessTokenVerifier<Claims> {
  const resolved = resolveOptions(options);
  const policy = createVerificationPolicy(resolved);
  const { issuers } = policy;
  const { resolver } = resolved;
  const { verifyMaybeSync, findCached, explainImplied, ...methods } = createTokenVerification(
    policy,
    resolved,
  );
  const verifier: AccessTokenVerifier<Claims> = Object.freeze({
    ...methods,
    verify: async (token: string) => verifyMaybeSync(token),
    ready: () => issuers.whenReady(),
    refresh: () => issuers.refresh(),
    health: () => ({ issuers: issuers.health() }),
    close: () => {
      issuers.close();
    },
  });
  attachInternals(verifier, {
    verifyMaybeSync,
    findCached,
    explainImplied,
    issuers: Object.freeze(resolved.issuers.map(({ issuer }) => issuer)),
    audiences: listAudiences(resolver === undefined ? resolved.issuers : [resolver.fallback]),
  });
  return verifier;
}

/** Lists the identifiers of the resource server: an audience that is a client id is not one of them. */
function listAudiences(issuers: readonly ExpectedAudience[]): readonly string[] {
  const identifiers = issuers.filter(({ audienceClaim }) => audienceClaim === 'aud');
  return Object.freeze([...new Set(identifiers.flatMap(({ audience }) => audience))]);
}

type TokenVerification<Claims> = Pick<
  AccessTokenVerifier<Claims> & InnerMembers<Claims>,
  | 'verifyMaybeSync'
  | 'findCached'
  | 'whileAcceptable'
  | 'assertAcceptable'
  | 'explain'
  | 'explainImplied'
>;

function createTokenVerification<Claims>(
  policy: VerificationPolicy,
  { clock, claims: schema, tokenCache }: ResolvedOptions<Claims>,
): TokenVerification<Claims> {
  const cache = tokenCache && new TokenCache<Claims>(tokenCache);
  const acceptance = new Acceptance({ schema, clock, cache });
  const findAccepted = (digest: string | undefined): AcceptedToken<Claims> | undefined =>
    digest === undefined ? undefined : cache?.get(digest, clock() / 1000);
  const isCached = (token: string): boolean => findAccepted(cache?.digestOf(token)) !== undefined;
  const verificationOf = (token: VerifiedAccessToken<unknown>, method: string): Verification => {
    const verification = acceptance.verificationOf(token);
    if (verification !== undefined) return verification;
    throw new TypeError(`${method}() expects a token that this verifier has verified`);
  };
  return {
    findCached: (token) =>
      isString(token) ? findAccepted(cache?.digestOf(token))?.shared : undefined,
    whileAcceptable: (token, options = {}) =>
      watchVerification(verificationOf(token, 'whileAcceptable'), clock, options),
    assertAcceptable: async (token) =>
      assertNotLapsed(verificationOf(token, 'assertAcceptable'), clock),
    explain: (token, options) => explainToken(token, { policy, schema, isCached }, options),
    explainImplied: (token, addImplied, options) =>
      explainToken(token, { policy, schema, isCached, addImplied }, options),
    verifyMaybeSync: (token) => {
      if (!isString(token)) throw new InvalidTokenError('malformed');
      const digest = cache?.digestOf(token);
      const cached = findAccepted(digest);
      // Claims that a request could change are created by the schema for each request.
      if (cached !== undefined) return cached.shared ?? acceptance.accept(undefined, cached);
      return acceptance.join(digest) ?? acceptance.accept(digest, verifyAccessToken(token, policy));
    },
  };
}

/** JavaScript callers have no types: `searchParams.get('token')` may return `null`. */
function isString(token: unknown): token is string {
  return typeof token === 'string';
}
