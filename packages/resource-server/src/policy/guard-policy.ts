/**
 * What a guard requires, as declared and as compiled.
 *
 * @module
 */
import type { Principal, SenderConstraint } from '@scopegate/access-token';
import { resolveFresh, resolveUserAuthentication } from '@scopegate/access-token/internal';
import type { RequiredAuthentication } from '@scopegate/protocol';
import type { ImplyingScopes } from './implied-scopes.js';
import { resolveCheck, type RouteCheck } from './route-check.js';
import {
  assertNotOfClient,
  assertRoutePolicy,
  type PolicyFunction,
  type RoutePolicy,
} from './route-policy.js';
import { compileScopePolicy, type ExcessScopesPolicy, type ScopePolicy } from './scope-policy.js';
import type { ScopeRequirement } from './scope-requirement.js';
import {
  type AcceptedSchemes,
  type BindingPolicy,
  findAcceptedSchemes,
  NO_BINDINGS,
  resolveRouteConstraint,
} from '../sender-constraint.js';
import {
  type AuthenticationCheck,
  createAuthenticationCheck,
  type ServerTime,
  SYSTEM_TIME,
} from '../user-authentication.js';

/** What a guard requires, as declared. Frozen. */
export interface GuardPolicy {
  /** Whether a request without credentials is refused, or passed on as anonymous. */
  readonly authentication: 'required' | 'optional';
  /** The required scopes; `undefined` when none are required. */
  readonly scope: ScopeRequirement | undefined;
  /**
   * The required scopes, each with those that imply it by the option `impliedScopes`; `undefined` when
   * none of them is implied.
   */
  readonly expandedScope: ScopeRequirement | undefined;
  /** Every scope that a token may carry; `undefined` when the route sets no limit. */
  readonly atMost: readonly string[] | undefined;
  /** What happens to tokens with more scopes than `scope` names; `'ignore'` when it names none. */
  readonly excessScopes: ExcessScopesPolicy;
  /** Who may call; `undefined` for any principal. */
  readonly principal: Exclude<Principal, 'unknown'> | undefined;
  /**
   * What the token must be bound to, by the route or by the resource server; `undefined` when it need not be
   * bound.
   */
  readonly senderConstraint: SenderConstraint | undefined;
  /**
   * The authentication context classes of which the user's must be one; `undefined` when any is accepted.
   * RFC 9470.
   */
  readonly acrValues: readonly string[] | undefined;
  /** The longest time since the user was authenticated, in seconds; `undefined` for no limit. RFC 9470. */
  readonly maxAgeSeconds: number | undefined;
  /** Whether the authorization server is asked about the token on every request. */
  readonly fresh: boolean;
  /** The name of the application's own condition; `undefined` when there is none. */
  readonly check: string | undefined;
}

/** A declared policy with its compiled scopes. */
export interface CompiledPolicy {
  readonly declared: GuardPolicy;
  readonly scopes: ScopePolicy;
  readonly check: RouteCheck<unknown, object> | undefined;
  /** How users must be authenticated; `undefined` when any authentication is accepted. */
  readonly authentication: RequiredAuthentication | undefined;
  readonly checkAuthentication: AuthenticationCheck | undefined;
  readonly accepted: AcceptedSchemes;
}

/** What all guards of a resource server share. */
export interface ServerPolicy {
  readonly vocabulary: readonly string[] | undefined;
  readonly excessScopes: ExcessScopesPolicy;
  /** `undefined` when no scope implies another. */
  readonly implying?: ImplyingScopes | undefined;
  /** `undefined` when no bound tokens are accepted. */
  readonly bindings?: BindingPolicy | undefined;
  /** Whether every issuer can be asked about its tokens. */
  readonly canAskNow?: boolean | undefined;
  /** The time by which the authentication of users is checked. */
  readonly time?: ServerTime | undefined;
}

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
 * @throws TypeError The policy is empty, has an unknown member, or no token can satisfy it.
 */
export function routePolicy(
  route: RoutePolicy<string, unknown, object>,
  server: ServerPolicy,
  where: PolicyFunction = 'require',
): CompiledPolicy {
  assertRoutePolicy(route, where);
  // Without required scopes there is nothing to exceed.
  const excessScopes = route.scope === undefined ? 'ignore' : server.excessScopes;
  return compile({ authentication: 'required', excessScopes }, route, server);
}

function compile(
  fixed: Pick<GuardPolicy, 'authentication' | 'excessScopes'>,
  { scope, atMost, principal, ...route }: RoutePolicy<string, unknown, object>,
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
  });
  const accepted = findAcceptedSchemes(senderConstraint, bindings.provable);
  const checkAuthentication =
    authentication && createAuthenticationCheck(authentication, server.time ?? SYSTEM_TIME);
  return Object.freeze({ declared, scopes, check, authentication, checkAuthentication, accepted });
}
