/**
 * What a guard asks for, as it was declared and as it is checked.
 *
 * @module
 */
import type { Principal } from '@scopegate/access-token';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { assertNotMiddleware } from './guard-arguments.js';
import { resolveCheck, type RouteCheck } from './route-check.js';
import { compileScopePolicy, type ScopePolicy } from './scope-policy.js';
import type { ScopeRequirement } from './scope-requirement.js';

/** What happens to tokens with more scopes than a route needs. */
export type ExcessScopesPolicy = 'ignore' | 'report' | 'refuse';

/** What a route asks for. */
export interface RoutePolicy<Scope extends string = string, Claims = unknown> {
  /** Scopes that are needed: one, `allOf(…)` or `anyOf(…)`. */
  readonly scope?: ScopeRequirement<Scope> | undefined;
  /** Every scope that a token may carry here; one with others is refused. */
  readonly atMost?: readonly Scope[] | undefined;
  /** Who may call: clients for themselves, or users. Default: both, and who cannot be told. */
  readonly principal?: 'client' | 'user' | undefined;
  /** A condition of the application's own, asked on every request, after the scopes. */
  readonly check?: RouteCheck<Claims> | undefined;
}

/** What a guard asks for, as it was declared. Frozen. */
export interface GuardPolicy {
  readonly authentication: 'required' | 'optional';
  readonly scope: ScopeRequirement | undefined;
  readonly atMost: readonly string[] | undefined;
  readonly excessScopes: ExcessScopesPolicy;
  readonly principal: Exclude<Principal, 'unknown'> | undefined;
  /** The name of the application's own condition. */
  readonly check: string | undefined;
}

/** A declared policy and its scopes worked out. */
export interface CompiledPolicy {
  readonly declared: GuardPolicy;
  readonly scopes: ScopePolicy;
  readonly check: RouteCheck | undefined;
}

/** What all guards of a resource server have in common. */
export interface ServerPolicy {
  readonly vocabulary: readonly string[] | undefined;
  readonly excessScopes: ExcessScopesPolicy;
}

const MEMBERS = ['scope', 'atMost', 'principal', 'check'];
/** What to write instead where any valid token will do. */
const BARE = { require: 'requireAccessToken()', guardUpgrade: 'guardUpgrade(onUpgrade)' } as const;
const PRINCIPALS: readonly unknown[] = ['client', 'user'];

/** The policy of a guard that only authenticates. */
export function authenticationPolicy(
  authentication: GuardPolicy['authentication'],
  { vocabulary }: ServerPolicy,
): CompiledPolicy {
  return compile({ authentication, excessScopes: 'ignore' }, {}, vocabulary);
}

/**
 * Works out the policy of a route.
 *
 * @throws TypeError It states nothing, states something unknown, or can never be satisfied.
 */
export function routePolicy(
  route: RoutePolicy,
  server: ServerPolicy,
  where: 'require' | 'guardUpgrade' = 'require',
): CompiledPolicy {
  if (where === 'require') assertNotMiddleware(where, route, '{ … }');
  assertKnownOptions(`${where}()`, route, MEMBERS);
  const { scope, atMost, principal }: RoutePolicy = route;
  if (Object.values(route).every((value) => value === undefined)) {
    throw new TypeError(
      `${where}() needs a scope, atMost, principal or check; else ${BARE[where]}`,
    );
  }
  if (atMost !== undefined && !Array.isArray(atMost)) {
    throw invalidOption('atMost', 'must be a list of scopes');
  }
  if (principal !== undefined && !PRINCIPALS.includes(principal)) {
    throw invalidOption('principal', 'must be "client" or "user"');
  }
  // Without scopes of its own a route has no need that others could exceed.
  const excessScopes = scope === undefined ? 'ignore' : server.excessScopes;
  return compile({ authentication: 'required', excessScopes }, route, server.vocabulary);
}

function compile(
  fixed: Pick<GuardPolicy, 'authentication' | 'excessScopes'>,
  { scope, atMost, principal, ...route }: RoutePolicy,
  vocabulary: readonly string[] | undefined,
): CompiledPolicy {
  const limit = atMost && Object.freeze([...atMost]);
  const check = resolveCheck(route.check);
  return Object.freeze({
    declared: Object.freeze({ ...fixed, scope, atMost: limit, principal, check: check?.name }),
    scopes: compileScopePolicy({ scope, atMost: limit, vocabulary }),
    check,
  });
}
