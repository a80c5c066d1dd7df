/**
 * Assembles a resource server for a framework: everything but what the framework mounts.
 *
 * @module
 */
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type ExplainOptions,
  type TokenExplanation,
} from '@scopegate/access-token';
import {
  addDefaultPublicUrl,
  internalsOf,
  provableBindings,
  type VerifierInternals,
} from '@scopegate/access-token/internal';
import { ChallengeError } from '@scopegate/protocol';
import type { GuardContext } from '../guard/guarded-request.js';
import { ReportOnlyGuards } from '../guard/report-only-guards.js';
import { reportRefusal } from '../guard/report-refusal.js';
import { observe } from '../observation/observation.js';
import type { PublicationTiming } from '../observation/publication-timing.js';
import { ResponseTiming } from '../observation/response-timing.js';
import { ScopePublisher } from '../observation/scope-publisher.js';
import type { MetadataDocument } from '../metadata/metadata-document.js';
import type { MetadataOptions } from '../metadata/metadata-options.js';
import {
  assertRealmIsKnown,
  type ResolvedGuardOptions,
  resolveGuardOptions,
  splitOptions,
} from '../options.js';
import type { Refusal } from '../refusal/refusal.js';
import { addImpliedScopes, type ImplyingScopes } from '../policy/implied-scopes.js';
import type { ServerPolicy } from '../policy/guard-policy.js';
import { assertReadsProofs } from '../request/assert-request-adapter.js';
import type { RequestAdapter } from '../request/request-adapter.js';
import { VerifiedRequests } from '../request/verified-request.js';
import { createHandlerPolicies, type HandlerPolicies } from './handler-policies.js';
import { createLifecycle, type Lifecycle } from './lifecycle.js';
import { ProtectionSpaceHolder } from './protection-space.js';
import { createResponseFields, type SetResponseFields } from './response-fields.js';
import { createRouteGuards, type GuardFactory, type RouteGuards } from './route-guards.js';
import { createTokenAccess, type TokenAccess } from './token-access.js';

/** What a framework's package brings. */
export interface FrontParts<Request extends object, RouteGuard> {
  readonly adapter: RequestAdapter<Request>;
  /** The names of the options that only this package has. */
  readonly optionNames: readonly string[];
  readonly createGuard: GuardFactory<Request, RouteGuard>;
  /**
   * When decisions about requests that have passed are published.
   *
   * @defaultValue when the response begins, or when the exchange ends without one
   */
  readonly timing?: PublicationTiming<Request> | undefined;
}

/** What a framework's package needs beyond the members of the resource server. */
export interface Front<Request extends object, Claims> {
  readonly context: GuardContext<Request, Claims>;
  readonly policy: ServerPolicy;
  /** The values of {@link FrontParts.optionNames}, unchecked. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Adds the protection space to the challenge of a refusal; returns the same refusal. */
  inProtectionSpace(refusal: Refusal): Refusal;
  /**
   * Completes and publishes a refusal that a handler has thrown.
   *
   * @returns The same refusal.
   */
  reportThrown(refusal: Refusal, request: Request): Refusal;
  /**
   * Creates the metadata document, and names it in later challenges.
   *
   * @throws TypeError An option is unknown or out of range, or the resource identifier is missing.
   */
  publishMetadata(options?: MetadataOptions): MetadataDocument;
  /**
   * Sets the header fields that the response to a guarded request needs besides `Vary: Authorization`.
   * Call it again for a decision that was awaited.
   */
  readonly setResponseFields: SetResponseFields<Request>;
}

/**
 * The members of a resource server that are the same for every framework.
 *
 * @typeParam Upgrade - Another kind of request that has a token: that of an upgrade.
 */
export interface NeutralMembers<
  RouteGuard,
  Scope extends string,
  Claims,
  Request extends object,
  Upgrade extends object = never,
>
  extends
    RouteGuards<RouteGuard, Scope, Claims, Request>,
    TokenAccess<Scope, Claims, Request | Upgrade>,
    HandlerPolicies<Scope, Request | Upgrade>,
    Lifecycle {
  /** The name in decision events, metrics and the inspector: the option `name`, by default the realm. */
  readonly name: string;
  /**
   * Explains why a token and its proof are accepted or refused: every check, the key, and what to change
   * on which side. The proof is not registered.
   *
   * For operators: the result contains claim values and must never be sent to a caller.
   *
   * @param token - The token without the scheme.
   * @throws TypeError (rejects) An option is missing, unknown or out of range.
   * @example
   * const { verdict, checks, findings } = await api.explain(token, { scope: 'read:analytics' });
   */
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
}

/**
 * Assembles a resource server.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function assembleResourceServer<Request extends object, Claims, RouteGuard>(
  options: unknown,
  {
    adapter,
    optionNames,
    createGuard,
    timing = new ResponseTiming(adapter),
  }: FrontParts<Request, RouteGuard>,
): {
  readonly members: NeutralMembers<RouteGuard, string, Claims, Request>;
  readonly front: Front<Request, Claims>;
} {
  const [verifierOptions, ownOptions] = splitOptions<Claims>(options, optionNames);
  const { resource } = ownOptions;
  const verifier = internalsOf(
    createAccessTokenVerifier(addDefaultPublicUrl(verifierOptions, resource)),
  );
  assertRealmIsKnown(ownOptions, verifier);
  assertReadsProofs(adapter, provableBindings(verifier.possession));
  const resolved = resolveGuardOptions(ownOptions, verifier, adapter);
  const { scopes, implying, credentials, identifyClients } = resolved;
  const space = new ProtectionSpaceHolder(resolved, verifier);
  const context: GuardContext<Request, Claims> = {
    adapter,
    verifier,
    verifiedRequests: new VerifiedRequests(),
    locations: new Set(credentials),
    exposedTokens: new WeakSet(),
    protectionSpace: (constraint, used) => space.describe(constraint, used),
    completed: new WeakSet(),
    identifyClients,
    server: resolved.name ?? space.describe().realm,
    implying,
    timing,
    scopes: new ScopePublisher(new Set(scopes)),
    tokenTrial: resolved.trial.checkToken,
    reportOnly: new ReportOnlyGuards(verifier.time.clock),
  };
  const policy = createServerPolicy(resolved, verifier);
  return {
    members: {
      name: context.server,
      ...createRouteGuards(context, policy, createGuard),
      ...createTokenAccess(context, scopes),
      ...createHandlerPolicies(context, policy),
      ...createLifecycle(verifier, context.reportOnly),
      explain: createExplain(verifier, implying),
    },
    front: { context, policy, options: ownOptions, ...createFrontMethods(context, space) },
  };
}

function createServerPolicy(
  { scopes, excessScopes, trial, reportOnlyUntil, implying }: ResolvedGuardOptions,
  { possession, canAskNow, time }: VerifierInternals<unknown>,
): ServerPolicy {
  const provable = provableBindings(possession);
  return {
    vocabulary: scopes,
    excessScopes,
    trialExcessScopes: trial.excessScopes,
    reportOnlyUntil,
    implying,
    bindings: { provable, senderConstraint: possession.senderConstraint },
    canAskNow,
    time,
  };
}

/** Creates `explain()`: a token with a broad scope must not lack the narrow ones that it implies. */
function createExplain(
  verifier: VerifierInternals<unknown>,
  implying: ImplyingScopes | undefined,
): AccessTokenVerifier<unknown>['explain'] {
  if (implying === undefined) return (token, options) => verifier.explain(token, options);
  const addImplied = (scopes: ReadonlySet<string>): ReadonlySet<string> =>
    addImpliedScopes(scopes, implying);
  return (token, options) => verifier.explainImplied(token, addImplied, options);
}

function createFrontMethods<Request extends object, Claims>(
  context: GuardContext<Request, Claims>,
  space: ProtectionSpaceHolder,
): Omit<Front<Request, Claims>, 'context' | 'policy' | 'options'> {
  const { verifiedRequests, completed, protectionSpace } = context;
  return {
    inProtectionSpace: (refusal) =>
      refusal instanceof ChallengeError && !completed.has(refusal)
        ? refusal.inProtectionSpace(protectionSpace())
        : refusal,
    reportThrown: (refusal, request) => {
      const admission = verifiedRequests.find(request);
      const observation = observe(request, context, { guard: 'handler', policy: undefined });
      observation?.setToken(admission?.token, undefined);
      const { scheme } = admission ?? {};
      const { senderConstraint } = admission?.required ?? {};
      return reportRefusal(refusal, {
        protectionSpace: completed.has(refusal)
          ? undefined
          : protectionSpace(senderConstraint, scheme),
        scheme,
        policy: undefined,
        observation,
      });
    },
    publishMetadata: (options = {}) => space.publish(options),
    setResponseFields: createResponseFields(context),
  };
}
