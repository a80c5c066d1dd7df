/**
 * Creates access token verifiers.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { isThenable, settle } from '@scopegate/protocol/internal';
import type { AccessTokenVerifier, VerifierHealth } from './access-token-verifier.js';
import { type AccessTokenClaims, isUnbound } from './claims/verified-token.js';
import { explainToken } from './explain/explain.js';
import type { ExplainOptions } from './explain/explain-options.js';
import type { AccessTokenVerifierOptions } from './options/options.js';
import { resolveOptions } from './options/resolve-options.js';
import type { ResolvedPossession } from './options/resolve-possession.js';
import { KnownTokens } from './verification/known-tokens.js';
import { assertBearer, type PossessionPolicy, provePossession } from './verification/possession.js';
import { createPossessionPolicy } from './verification/possession-policy.js';
import { readGivenPresentation, readRequirement } from './verification/presented-arguments.js';
import { readPresentation } from './verification/read-presentation.js';
import { assertNotLapsed } from './verification/token-cache.js';
import type { PossessionRequirement, Presentation } from './verification/presentation.js';
import { createVerificationPolicy } from './verification/verification-policy.js';
import type { VerificationPolicy } from './verification/verify-token.js';
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
  const possession = createPossessionPolicy(resolved);
  const known = new KnownTokens(policy, resolved);
  const { issuers } = policy;
  const explainContext = {
    policy,
    possession,
    schema: resolved.claims,
    isCached: (token: string) => known.isCached(token),
  };
  const inner: InnerMembers<Claims> = {
    ...createVerifications(known, possession),
    explainImplied: (token, addImplied, explained) =>
      explainToken(token, { ...explainContext, addImplied }, explained),
    issuers: Object.freeze(resolved.issuers.map(({ issuer }) => issuer)),
    audiences: resolved.audiences,
    possession: resolved.possession,
    currentNonce: () => possession.proofs?.rules.nonces?.current(possession.clock()),
    isCached: explainContext.isCached,
  };
  const verifier: AccessTokenVerifier<Claims> = Object.freeze({
    ...createWatches(known, policy),
    verify: async (token: string) => inner.verifyMaybeSync(token),
    verifyPresented: async (presentation: Presentation, requirement: PossessionRequirement = {}) =>
      inner.verifyPresentedMaybeSync(
        readGivenPresentation(presentation),
        readRequirement(requirement, policy.provable),
      ),
    readPresentation: (request: IncomingMessage) => readPresentation(request, resolved.possession),
    explain: (token: string, explained?: ExplainOptions) =>
      explainToken(token, explainContext, explained),
    ready: () => issuers.whenReady(),
    refresh: () => issuers.refresh(),
    health: () => ({ issuers: issuers.health(), ...describeProofs(resolved.possession) }),
    close: () => {
      issuers.close();
    },
  });
  attachInternals(verifier, inner);
  return verifier;
}

function describeProofs({ dpop }: ResolvedPossession): Omit<VerifierHealth, 'issuers'> {
  if (dpop === undefined) return { replay: undefined, publicUrls: undefined };
  const replay = dpop.replay.store === undefined ? 'process' : 'shared';
  return { replay, publicUrls: dpop.publicUrls };
}

function createVerifications<Claims>(
  known: KnownTokens<Claims>,
  policy: PossessionPolicy,
): Pick<InnerMembers<Claims>, 'verifyMaybeSync' | 'verifyPresentedMaybeSync' | 'findCached'> {
  return {
    verifyMaybeSync: (token) =>
      settle(known.verify(token, known.digestOf(token)), assertBearer, policy),
    verifyPresentedMaybeSync: (presentation, requirement = {}) => {
      const digest = known.digestOf(presentation.token);
      return settle(known.verify(presentation.token, digest), (token) => {
        const proven = provePossession({ token, digest, presentation, requirement }, policy);
        // The token may lapse while the replay store registers its proof.
        return isThenable(proven) ? known.assertUnlapsed(proven) : proven;
      });
    },
    findCached: (token) => {
      if (policy.senderConstraint !== undefined) return undefined;
      const cached = known.findCached(token);
      return cached && isUnbound(cached) ? cached : undefined;
    },
  };
}

function createWatches<Claims>(
  known: KnownTokens<Claims>,
  { clock }: VerificationPolicy,
): Pick<AccessTokenVerifier<Claims>, 'whileAcceptable' | 'assertAcceptable'> {
  return {
    whileAcceptable: (token, options = {}) =>
      watchVerification(known.verificationOf(token, 'whileAcceptable'), clock, options),
    assertAcceptable: async (token) =>
      assertNotLapsed(known.verificationOf(token, 'assertAcceptable'), clock),
  };
}
