/**
 * Audits which routes of an application are guarded, and how.
 *
 * @module
 */
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  optionalStrings,
} from '@scopegate/protocol/internal';
import {
  auditCoverage,
  type Exposure,
  readHandler,
  type RouteAudit as NeutralAudit,
} from '@scopegate/resource-server/internal';
import type { Handler } from '../router/handler.js';
import { isApplication } from '../router/mounted-application.js';
import { walkRoutes } from '../router/route-walk.js';
import { auditEndpoints, listExposures } from './audit-rows.js';
import type { AuditedRoute } from './audited-route.js';
import { listEndpoints } from './endpoints.js';
import { formatUnseen, isExposed, type UnseenMiddleware } from './unseen-middleware.js';

/** An application or a router of Express 4 or 5. */
export type RoutedApplication = Handler;

/**
 * How an application is audited.
 *
 * @example
 * auditRoutes(app, { scopes: ['read'], ignoreUnseen: ['serveStatic on /static'] });
 */
export interface AuditOptions {
  /**
   * The scopes that the API declares. They are compared with the scopes that routes require.
   *
   * @defaultValue `scopes_supported` of the mounted metadata; without it nothing is compared
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * Paths that routers may be mounted on, as in `['/v1', '/t/:tenant']`. Only Express 5 with a
   * `router` before 2.3 needs them, because it does not keep mount paths.
   *
   * @defaultValue `[]`
   */
  readonly mountPaths?: readonly string[] | undefined;
  /**
   * Middleware that is known to be harmless although the audit cannot inspect it, as findings name
   * it: `['serveStatic on /static']`. Each name must match middleware that would otherwise be an
   * exposure, so that obsolete names are reported.
   *
   * @defaultValue `[]`
   */
  readonly ignoreUnseen?: readonly string[] | undefined;
}

/**
 * How the routes of an application are protected. Deeply frozen.
 *
 * @example
 * const { routes, exposures } = auditRoutes(app);
 * expect(exposures).toEqual([]);
 * expect(routes.map(({ method, path, access }) => `${method} ${path} ${access}`)).toMatchSnapshot();
 */
export interface RouteAudit extends NeutralAudit {
  /** Every method of every route, in the order they were mounted. */
  readonly routes: readonly AuditedRoute[];
  /** Middleware that the audit cannot inspect, in the order it was mounted. */
  readonly unseen: readonly UnseenMiddleware[];
  /**
   * Every route and middleware that requests without a token reach, although that was not declared:
   * routes first. Empty when everything is guarded or declared.
   */
  readonly exposures: readonly Exposure[];
}

/**
 * Reads the routers of an application as they are mounted, and reports how every route is protected.
 *
 * The audit calls no handler and sends no request. A guard of this package counts for a route when it
 * runs before the handlers of the route on every path that leads there: in the route itself, or
 * mounted before it. When in doubt, it does not count. What a handler checks inside cannot be seen:
 * such a route is `open` unless `declarePublic()` declares it.
 *
 * The audit cannot see:
 *
 * - what middleware that is mounted without a path answers (`unseen` names it);
 * - guards that an earlier handler skips by `next('route')` or `next('router')`;
 * - callbacks of `router.param()`, which run before the guards of a route;
 * - error handlers that answer, or that continue as if nothing had failed;
 * - URLs and methods that a handler rewrites;
 * - `upgrade` requests, which no router handles.
 *
 * @param application - Mount everything first: it is audited in its current state.
 * @throws TypeError The application is not an Express application or router, or an option is unknown
 *   or out of range.
 * @example
 * auditRoutes(app).exposures.map(({ endpoint, reason }) => `${endpoint}: ${reason}`)
 */
export function auditRoutes(
  application: RoutedApplication,
  options: AuditOptions = {},
): RouteAudit {
  assertKnownOptions('auditRoutes()', options, ['scopes', 'mountPaths', 'ignoreUnseen']);
  const declared = optionalStrings(options, 'scopes');
  const mountPaths = optionalStrings(options, 'mountPaths') ?? [];
  const ignored = optionalStrings(options, 'ignoreUnseen') ?? [];
  const tree = walkRoutes(application, readHandler);
  const isOfApplication = isApplication(application);
  const endpoints = listEndpoints(tree, { mountPaths, isApplication: isOfApplication });
  const { routes, unseen, documents } = auditEndpoints({ tree, endpoints }, ignored);
  assertNeeded(ignored, unseen);
  return Object.freeze({
    routes: Object.freeze(routes),
    unseen: Object.freeze(unseen),
    exposures: Object.freeze(listExposures({ routes, unseen })),
    ...auditCoverage(routes, { declared, documents }),
  });
}

/** An obsolete name would hide middleware that is mounted there later. */
function assertNeeded(ignored: readonly string[], unseen: readonly UnseenMiddleware[]): void {
  const needed = unseen.filter(isExposed).map(formatUnseen);
  for (const name of ignored) {
    if (needed.includes(name)) continue;
    const rule = `must name unguarded middleware that "unseen" lists; remove "${name}"`;
    throw invalidOption('ignoreUnseen', `${rule}${didYouMean(name, needed)}`);
  }
}
