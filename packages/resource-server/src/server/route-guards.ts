/**
 * The guards of a resource server: one function for each way to declare what a route requires.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { createGuard, type Guard } from '../guard/guard.js';
import type { GuardContext } from '../guard/guarded-request.js';
import { assertCalledBare, assertListed } from '../policy/guard-arguments.js';
import { createReport, type Report } from '../guard/report-only.js';
import { authenticationPolicy, reportOnlyPolicy, routePolicy } from '../policy/compile-policy.js';
import type { CompiledPolicy, ServerPolicy } from '../policy/guard-policy.js';
import type { RoutePolicy } from '../policy/route-policy.js';
import { allOf, anyOf } from '../policy/scope-requirement.js';
import {
  type CreatedGuard,
  readUntil,
  type ReportOnlyOptions,
  requireEnforcing,
} from './report-only-arguments.js';

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
  /**
   * Creates a guard that decides as another one does, and publishes the decision, but lets every request pass
   * until an instant: the outcome of a request that it would have refused is `unenforced`. From that instant on
   * it enforces its policy. For a guard on a route that has none yet; for a stricter policy on a guarded route,
   * use `trial`.
   *
   * Until then the route is open: the guard sets no header field, waits for nothing, and what fails in it is
   * only published. The audit does not count it. Behind it, {@link ResourceServer.accessTokenIfAny} returns
   * the token if the guard accepts it without waiting, otherwise `undefined`; `assertAllowed()` still
   * refuses.
   *
   * @param guard - A guard of this resource server that requires a token. Use this function's guard instead of
   *   it.
   * @throws TypeError The guard is not one of this resource server, does not require a token or already only
   *   reports; or `until` is missing, not an instant with its offset from UTC, or more than 90 days ahead.
   * @example
   * const until = '2026-12-15T08:00:00Z';
   * app.get('/v1/sales', api.dangerouslyReportOnly(api.requireScope('read:analytics'), { until }), handler);
   */
  dangerouslyReportOnly(guard: RouteGuard, options: ReportOnlyOptions): RouteGuard;
}

/**
 * Makes the guard that a framework mounts from one that knows no framework.
 *
 * @param report - Of a guard that only reports: call it first. `true` means that the request must pass as if
 *   there were no guard.
 */
export type GuardFactory<Request extends object, RouteGuard> = (
  name: string,
  guard: Guard<Request>,
  report: Report<Request> | undefined,
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
  const created = new WeakMap<WeakKey, CreatedGuard>();
  const guard = (name: string, policy: CompiledPolicy): RouteGuard => {
    const report = createReport({ policy, context, name });
    const made = create(name, createGuard(policy, context, name), report);
    if (isKey(made)) created.set(made, { name, policy });
    return made;
  };
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
    dangerouslyReportOnly: (enforcing, options) => {
      const found = isKey(enforcing) ? created.get(enforcing) : undefined;
      const { name, policy } = requireEnforcing(found);
      const nowMs = context.verifier.time.clock();
      return guard(name, reportOnlyPolicy(policy, readUntil(options, nowMs)));
    },
  };
}

function isKey(value: unknown): value is WeakKey {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
