/**
 * The guards of a resource server: one function for each way to declare what a route requires.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { createGuard, type Guard } from '../guard/guard.js';
import type { GuardContext } from '../guard/guarded-request.js';
import { assertCalledBare, assertListed } from '../policy/guard-arguments.js';
import {
  authenticationPolicy,
  type CompiledPolicy,
  routePolicy,
  type ServerPolicy,
} from '../policy/guard-policy.js';
import type { RoutePolicy } from '../policy/route-policy.js';
import { allOf, anyOf } from '../policy/scope-requirement.js';

/**
 * The guards of a resource server.
 *
 * @typeParam RouteGuard - What the framework mounts on a route.
 * @typeParam Request - The framework's request, which a `check` gets.
 */
export interface RouteGuards<
  RouteGuard,
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
> {
  /**
   * Creates a guard that requires a valid token, and no scope.
   *
   * @throws TypeError It has arguments: it was mounted without being called.
   * @example
   * app.use('/v1', api.requireAccessToken());
   */
  requireAccessToken(...none: never[]): RouteGuard;
  /**
   * Creates a guard that requires all of the scopes.
   *
   * @throws TypeError No scope is given, or one is outside the grammar or the declared scopes.
   * @example
   * app.get('/v1/sales/analytics', api.requireScope('read:analytics'), handler);
   */
  requireScope(scope: Scope, ...scopes: Scope[]): RouteGuard;
  /**
   * Creates a guard that requires one of the scopes. A refusal names the first one.
   *
   * @throws TypeError No scope is given, or one is outside the grammar or the declared scopes.
   * @example
   * app.get('/v1/sales', api.requireAnyScope('read:analytics', 'admin'), handler);
   */
  requireAnyScope(scope: Scope, ...scopes: Scope[]): RouteGuard;
  /**
   * Creates a guard with any policy.
   *
   * @throws TypeError The policy is empty, has an unknown member, or no token can satisfy it.
   * @example
   * api.require({ scope: allOf('read:analytics', anyOf('region:eu', 'region:us')), principal: 'client' })
   */
  require(policy: RoutePolicy<Scope, Claims, Request>): RouteGuard;
  /**
   * Creates a guard that passes callers without credentials on; an invalid token is still refused.
   *
   * @throws TypeError It has arguments: it was mounted without being called.
   * @example
   * app.get('/v1/news', api.optionalAccessToken(), (req, res) => {
   *   res.json({ client: api.accessTokenIfAny(req)?.clientId });
   * });
   */
  optionalAccessToken(...none: never[]): RouteGuard;
}

/** Makes the guard that a framework mounts from one that knows no framework. */
export type GuardFactory<Request extends object, RouteGuard> = (
  name: string,
  guard: Guard<Request>,
) => RouteGuard;

/**
 * Creates the guards of one resource server.
 *
 * @param create - Gets the name that the guard has in stack traces and route listings.
 */
export function createRouteGuards<Request extends object, Claims, RouteGuard>(
  context: GuardContext<Request, Claims>,
  server: ServerPolicy,
  create: GuardFactory<Request, RouteGuard>,
): RouteGuards<RouteGuard, string, Claims, Request> {
  const guard = (name: string, policy: CompiledPolicy): RouteGuard =>
    create(name, createGuard(policy, context));
  return {
    requireAccessToken: (...none) => {
      assertCalledBare('requireAccessToken', none);
      return guard('requireAccessToken', authenticationPolicy('required', server));
    },
    requireScope: (...scopes) => {
      assertListed('requireScope', scopes);
      return guard('requireScope', routePolicy({ scope: allOf(...scopes) }, server));
    },
    requireAnyScope: (...scopes) => {
      assertListed('requireAnyScope', scopes);
      return guard('requireAnyScope', routePolicy({ scope: anyOf(...scopes) }, server));
    },
    require: (policy) => guard('requirePolicy', routePolicy(policy, server)),
    optionalAccessToken: (...none) => {
      assertCalledBare('optionalAccessToken', none);
      return guard('optionalAccessToken', authenticationPolicy('optional', server));
    },
  };
}
