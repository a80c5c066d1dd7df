/**
 * Creates access token verifiers.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { AccessTokenVerifier, VerifierHealth } from './access-token-verifier.js';
import type { AccessTokenClaims } from './claims/verified-token.js';
import { explainToken } from './explain/explain.js';
import type { ExplainOptions } from './explain/explain-options.js';
import type { AccessTokenVerifierOptions } from './options/options.js';
import { resolveOptions } from './options/resolve-options.js';
import type { ResolvedPossession } from './options/resolve-possession.js';
import { KnownTokens } from './verification/known-tokens.js';
import { createPossessionPolicy } from './possession/possession-policy.js';
import { readGivenPresentation, readRequirement } from './possession/presented-arguments.js';
import { PresentedTokens } from './possession/presented-tokens.js';
import { readPresentation } from './possession/read-presentation.js';
import { Revocations } from './revocation/revocations.js';
import { assertNotLapsed } from './verification/token-cache.js';
import type { PresentationRequirement, Presentation } from './possession/presentation.js';
import { createTokenTrial } from './trial/token-trial.js';
import { createVerificationPolicy } from './verification/verification-policy.js';
import type { VerificationPolicy } from './verification/verify-token.js';
import { type WatchContext, watchVerification } from './verification/while-acceptable.js';
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
  const revocations = resolved.revocation && new Revocations(resolved.revocation);
  const presented = new PresentedTokens({ known, possession, revocations });
  const { issuers } = policy;
  const canAskNow =
    issuers.isComplete && issuers.list().every(({ introspector }) => introspector !== undefined);
  const explainContext = {
    policy,
    possession,
    schema: resolved.claims,
    revocation: resolved.revocation,
    canAskNow,
    isCached: (token: string) => known.isCached(token),
  };
  const inner: InnerMembers<Claims> = {
    ...createTokenMembers(presented),
    explainImplied: (token, addImplied, explained) =>
      explainToken(token, { ...explainContext, addImplied }, explained),
    issuers: Object.freeze(resolved.issuers.map(({ issuer }) => issuer)),
    audiences: resolved.audiences,
    possession: resolved.possession,
    canAskNow,
    time: { clock: policy.clock, clockToleranceSeconds: policy.clockToleranceSeconds },
    currentNonce: () => possession.proofs?.rules.nonces?.current(possession.clock()),
    createTokenTrial: (trial) => createTokenTrial(trial, { policy, known }),
    activityOf: (token) => known.activityOf(token),
  };
  const verifier: AccessTokenVerifier<Claims> = Object.freeze({
    ...createLifecycle(policy, revocations),
    ...createWatches({ known, clock: policy.clock, revocations }),
    verify: async (token: string) => inner.verifyMaybeSync(token),
    verifyPresented: async (
      presentation: Presentation,
      requirement: PresentationRequirement = {},
    ) =>
      inner.verifyPresentedMaybeSync(
        readGivenPresentation(presentation),
        readRequirement(requirement, { provable: policy.provable, canAskNow }),
      ),
    readPresentation: (request: IncomingMessage) => readPresentation(request, resolved.possession),
    explain: (token: string, explained?: ExplainOptions) =>
      explainToken(token, explainContext, explained),
    health: () => ({
      ...describeState(policy, revocations),
      ...describeProofs(resolved.possession),
      tokenCache: known.cacheHealth(),
    }),
  });
  attachInternals(verifier, inner);
  return verifier;
}

function createTokenMembers<Claims>(
  presented: PresentedTokens<Claims>,
): Pick<
  InnerMembers<Claims>,
  'verifyMaybeSync' | 'verifyPresentedMaybeSync' | 'findCached' | 'askNow'
> {
  return {
    verifyMaybeSync: (token) => presented.verifyBearer(token),
    verifyPresentedMaybeSync: (presentation, requirement) =>
      presented.verifyPresented(presentation, requirement),
    findCached: (token) => presented.findCached(token),
    askNow: (token, sent) => presented.askNow(token, sent),
  };
}

function createLifecycle(
  { issuers }: VerificationPolicy,
  revocations: Revocations | undefined,
): Pick<AccessTokenVerifier, 'ready' | 'refresh' | 'close'> {
  return {
    ready: async () => {
      await Promise.all([issuers.whenReady(), revocations?.whenReady()]);
    },
    refresh: () => issuers.refresh(),
    close: () => {
      issuers.close();
    },
  };
}

function describeState(
  { issuers, clock }: VerificationPolicy,
  revocations: Revocations | undefined,
): Omit<VerifierHealth, 'replay' | 'publicUrls' | 'tokenCache'> {
  return {
    issuers: issuers.health(),
    introspection: issuers.introspectionHealth(),
    revocation: revocations?.health(clock()),
  };
}

function describeProofs({
  dpop,
}: ResolvedPossession): Pick<VerifierHealth, 'replay' | 'publicUrls'> {
  if (dpop === undefined) return { replay: undefined, publicUrls: undefined };
  const replay = dpop.replay.store === undefined ? 'process' : 'shared';
  return { replay, publicUrls: dpop.publicUrls };
}

/** What watches of verified tokens use. */
interface Watched<Claims> extends WatchContext {
  readonly known: KnownTokens<Claims>;
}

function createWatches<Claims>({
  known,
  ...context
}: Watched<Claims>): Pick<AccessTokenVerifier<Claims>, 'whileAcceptable' | 'assertAcceptable'> {
  return {
    whileAcceptable: (token, options = {}) =>
      watchVerification(known.verificationOf(token, 'whileAcceptable'), context, options),
    assertAcceptable: async (token) => {
      const verification = known.verificationOf(token, 'assertAcceptable');
      await assertNotLapsed(verification, context.clock);
      context.revocations?.checkAgain({ token, memo: verification, nowMs: context.clock() });
    },
  };
}
