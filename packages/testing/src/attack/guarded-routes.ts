/**
 * The routes of an application whose router cannot be audited, as a test lists them.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import { isPlainObject } from '@scopegate/protocol/internal';
import type { AttackedRoute } from '../plans/attacked-route.js';
import { type ScopeNeed, sufficientSets } from '../plans/scope-need.js';

/** A guard of `@scopegate/web`, or anything else with its policy. */
export interface RouteGuard {
  /** What the guard requires. */
  readonly policy: {
    /** Whether a request without a token is refused. */
    readonly authentication: 'required' | 'optional';
    /** The scopes that a token needs; `undefined` for none. */
    readonly scope: ScopeNeed | undefined;
    /** Those scopes, each with the ones that imply it; `undefined` when none is implied. */
    readonly expandedScope?: ScopeNeed | undefined;
    /** All scopes that a token may carry; `undefined` for no limit. */
    readonly atMost: readonly string[] | undefined;
    /** The kind of caller that is accepted; `undefined` for any. */
    readonly principal: 'client' | 'user' | undefined;
    /** What the token must be bound to; `undefined` when it need not be bound. */
    readonly senderConstraint?: SenderConstraint | undefined;
    /** Whether the authorization server is asked about the token on every request. */
    readonly fresh?: boolean | undefined;
    /** The authentication context classes of which the user's must be one; `undefined` for any. */
    readonly acrValues?: readonly string[] | undefined;
    /** The longest time since the user was authenticated, in seconds; `undefined` for no limit. */
    readonly maxAgeSeconds?: number | undefined;
  };
}

/**
 * The guard of each route, by the method and a path of the route: `GET /v1/sales/1`. Requests are sent
 * to exactly that path.
 */
export type GuardedRoutes = Readonly<Record<string, RouteGuard>>;

/** A method in upper case, and a path that is sent as it is. */
const ROUTE_NAME = /^([A-Z]+) (\/\S*)$/;

/**
 * Reads the routes that a test lists.
 *
 * @throws TypeError A name is not a method and a path, or a value is not a guard.
 */
export function readGuardedRoutes(routes: unknown): readonly AttackedRoute[] {
  if (!isPlainObject(routes)) {
    throw new TypeError('the routes must be an object, such as { "GET /v1/sales": readSales }');
  }
  return Object.entries(routes).map(([name, guard]) => readRoute(name, guard));
}

/** Lists the scopes that routes name; a test that lists routes does not list the scopes of the API. */
export function listScopes(routes: readonly AttackedRoute[]): readonly string[] {
  const named = routes.flatMap(({ scope, atMost = [] }) => [
    ...sufficientSets(scope).flat(),
    ...atMost,
  ]);
  return [...new Set(named)];
}

function readRoute(name: string, guard: unknown): AttackedRoute {
  const [, method, path] = ROUTE_NAME.exec(name) ?? [];
  if (method === undefined || path === undefined) {
    throw new TypeError(`the name of a route must be as "GET /v1/sales"; rename "${name}"`);
  }
  if (!isGuard(guard)) throw new TypeError(`the value of route "${name}" must be a guard`);
  const { authentication, scope, expandedScope, atMost, principal } = guard.policy;
  const { senderConstraint, fresh, acrValues, maxAgeSeconds } = guard.policy;
  return {
    method,
    path,
    access: authentication === 'optional' ? 'optional' : 'guarded',
    exposure: undefined,
    scope,
    expandedScope,
    atMost,
    principal,
    senderConstraints: senderConstraint === undefined ? [] : [senderConstraint],
    fresh,
    acrValues,
    maxAgeSeconds,
    impliedByGet: false,
    shadowedBy: undefined,
    samplePaths: [path],
  };
}

function isGuard(value: unknown): value is RouteGuard {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return 'policy' in value && isPlainObject(value.policy) && 'authentication' in value.policy;
}
