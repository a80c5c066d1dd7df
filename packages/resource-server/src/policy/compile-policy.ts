/**
 * Compiles what guards require.
 *
 * @module
 */
import { resolveFresh, resolveUserAuthentication } from '@scopegate/access-token/internal';
import type { CompiledPolicy, GuardPolicy, ServerPolicy } from './guard-policy.js';
import { resolveCheck } from './route-check.js';
import {
  type AnyRoutePolicy,
  assertNotOfClient,
  assertRoutePolicy,
  assertTrial,
  type PolicyFunction,
} from './route-policy.js';
import { compileScopePolicy } from './scope-policy.js';
import { assertStricter } from './trial-policy.js';
import { findAcceptedSchemes, NO_BINDINGS, resolveRouteConstraint } from '../sender-constraint.js';
import { createAuthenticationCheck, SYSTEM_TIME } from '../user-authentication.js';

/** Compiles the policy of a guard that only authenticates. */
export function authenticationPolicy(
  authentication: GuardPolicy['authentication'],
  server: ServerPolicy,
): CompiledPolicy {
  return compile({ authentication, excessScopes: 'ignore' }, {}, server);
}

/**
 * Compiles the policy of a route.
 *
 * @throws TypeError The policy is empty, has an unknown member, or no token can satisfy it; or its trial is not
 *   stricter.
 */
export function routePolicy(
  route: AnyRoutePolicy,
  server: ServerPolicy,
  where: PolicyFunction = 'require',
): CompiledPolicy {
  assertRoutePolicy(route, where);
  const { trial, ...enforcedRoute } = route;
  const enforced = compileRoute(enforcedRoute, server);
  const compiledTrial = compileTrial({ ...enforcedRoute, trial }, enforced, server);
  if (compiledTrial === undefined) return enforced;
  const declared = Object.freeze({ ...enforced.declared, trial: compiledTrial.declared });
  return Object.freeze({ ...enforced, declared, trial: compiledTrial });
}

/** The same policy, of a guard that only reports. */
export function reportOnlyPolicy(policy: CompiledPolicy, reportOnlyUntil: string): CompiledPolicy {
  const declared = Object.freeze({ ...policy.declared, reportOnlyUntil });
  return Object.freeze({ ...policy, declared });
}

function compileRoute(route: AnyRoutePolicy, server: ServerPolicy): CompiledPolicy {
  // Without required scopes there is nothing to exceed.
  const excessScopes = route.scope === undefined ? 'ignore' : server.excessScopes;
  return compile({ authentication: 'required', excessScopes }, route, server);
}

/** Compiles what the route would require once its trial, and that of the server, were moved into its policy. */
function compileTrial(
  { trial, ...route }: AnyRoutePolicy,
  enforced: CompiledPolicy,
  server: ServerPolicy,
): CompiledPolicy | undefined {
  const { trialExcessScopes } = server;
  const isStricterOnExcess =
    trialExcessScopes !== undefined && enforced.declared.excessScopes !== trialExcessScopes;
  const hasLimit = route.scope === undefined || route.atMost !== undefined;
  if (trial === undefined && (hasLimit || !isStricterOnExcess)) return undefined;
  if (trial !== undefined) assertTrial(trial);
  // A member that is undefined must not replace that of the route.
  const members = Object.entries(trial ?? {}).filter(([, value]) => value !== undefined);
  const excessScopes = trialExcessScopes ?? server.excessScopes;
  let compiled: CompiledPolicy;
  try {
    const merged: AnyRoutePolicy = { ...route, ...Object.fromEntries(members) };
    compiled = compileRoute(merged, { ...server, excessScopes, reportOnlyUntil: undefined });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`in option "trial", together with its route: ${error.message}`, {
      cause: error,
    });
  }
  assertStricter(compiled, enforced);
  return compiled;
}

function compile(
  fixed: Pick<GuardPolicy, 'authentication' | 'excessScopes'>,
  { scope, atMost, principal, ...route }: AnyRoutePolicy,
  server: ServerPolicy,
): CompiledPolicy {
  const { vocabulary, implying, bindings = NO_BINDINGS, canAskNow = false } = server;
  const limit = atMost && Object.freeze([...atMost]);
  const check = resolveCheck(route.check);
  const scopes = compileScopePolicy({ scope, atMost: limit, vocabulary, implying });
  const { expanded: expandedScope } = scopes;
  const senderConstraint = resolveRouteConstraint(route.senderConstraint, bindings);
  const authentication = resolveUserAuthentication(route.acrValues, route.maxAgeSeconds);
  assertNotOfClient(principal, authentication);
  const declared = Object.freeze({
    ...fixed,
    scope,
    expandedScope,
    atMost: limit,
    principal,
    senderConstraint,
    acrValues: authentication?.acrValues,
    maxAgeSeconds: authentication?.maxAgeSeconds,
    fresh: resolveFresh(route.fresh, canAskNow),
    check: check?.name,
    trial: undefined,
    reportOnlyUntil: server.reportOnlyUntil,
  });
  const accepted = findAcceptedSchemes(senderConstraint, bindings.provable);
  const checkAuthentication =
    authentication && createAuthenticationCheck(authentication, server.time ?? SYSTEM_TIME);
  const parts = { declared, scopes, check, authentication, checkAuthentication, accepted };
  return Object.freeze({ ...parts, trial: undefined });
}
