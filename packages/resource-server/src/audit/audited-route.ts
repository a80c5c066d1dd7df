/**
 * How one route of an application is protected.
 *
 * @module
 */
import type { CombinedPolicy } from './combined-policy.js';
import type { RouteAccess } from './route-access.js';
import type { ExposureReason } from './route-exposure.js';

/**
 * One method of one path, and what protects it. Frozen.
 *
 * @example
 * const { routes } = auditRoutes(app);
 * const admin = routes.filter(({ scopes }) => scopes.includes('admin'));
 */
export interface AuditedRoute extends CombinedPolicy {
  /** In upper case; `'ALL'` for a route that answers every method. */
  readonly method: string;
  /** The path as it was declared, with its prefixes, as in `'/v1/sales/:id'`. */
  readonly path: string;
  /** How the route is protected. */
  readonly access: RouteAccess;
  /**
   * Why requests without a token reach the route; `undefined` when they do not, or when that was
   * declared by `declarePublic()`.
   */
  readonly exposure: ExposureReason | undefined;
  /**
   * The names of the guards that every request runs before the handlers of the route, in that order,
   * as in `['requireAccessToken', 'requireScope']`.
   */
  readonly guards: readonly string[];
  /**
   * Until when guards of the route only report: the last instant of all, in ISO 8601; `undefined` when none
   * does. They are not among `guards`, and the route is `open` without another guard.
   */
  readonly reportOnlyUntil: string | undefined;
  /**
   * What the guards would require once their trials were enforced; `undefined` when nothing is on trial. The
   * stricter options for tokens that a resource server tries are not part of it.
   */
  readonly trial: CombinedPolicy | undefined;
  /**
   * The names of the handlers in front of the first guard of the route: they run for every caller.
   * Empty when a guard of a router runs before them. `''` for a function without a name.
   */
  readonly earlyHandlers: readonly string[];
  /**
   * The reason that `declarePublic()` was given; `undefined` without a declaration. Beside a guard that
   * requires a token it only permits handlers in front of that guard.
   */
  readonly publicReason: string | undefined;
  /**
   * Whether this is the `HEAD` that the framework answers with the handlers of `GET`. RFC 9110 §9.3.2.
   */
  readonly impliedByGet: boolean;
}

/**
 * Whether a route is only the `HEAD` of a `GET`, and protected in the same way.
 *
 * @param before - The preceding route of the audit.
 */
export function isRedundantHead(route: AuditedRoute, before: AuditedRoute | undefined): boolean {
  if (!route.impliedByGet || before === undefined) return false;
  return JSON.stringify(protectionOf(before)) === JSON.stringify(protectionOf(route));
}

/** Lists what protects a route. */
function protectionOf(route: AuditedRoute): readonly unknown[] {
  const { access, publicReason, earlyHandlers, guards, scopes, senderConstraints } = route;
  const { acrValues, maxAgeSeconds, fresh, trial, reportOnlyUntil } = route;
  const declared = [access, publicReason, earlyHandlers, guards, trial, reportOnlyUntil];
  return [...declared, scopes, senderConstraints, acrValues, maxAgeSeconds, fresh];
}
