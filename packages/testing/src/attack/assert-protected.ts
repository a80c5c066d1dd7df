/**
 * Asserts that every route of an application refuses invalid requests.
 *
 * @module
 */
import { AttackRun } from './attack-run.js';
import { type FetchApplication, type HttpApplication, openAttackedApp } from './attacked-app.js';
import {
  type AttackedRoute,
  chooseMethod,
  formatMiddleware,
  formatRoute,
  isExposed,
  listRouteNames,
  type UnseenTarget,
} from '../plans/attacked-route.js';
import { type GuardedRoutes, listScopes, readGuardedRoutes } from './guarded-routes.js';
import { type ProtectionOptions, resolveProtectionOptions } from './protection-options.js';

/** A resource server that can audit an application: `createResourceServer()` returns one. */
export interface AuditingApi {
  /** Lists every route of an application, how each is protected, and which scopes the API declares. */
  auditRoutes(application: HttpApplication): {
    /** Every route. */
    readonly routes: readonly AttackedRoute[];
    /** Middleware that the audit cannot inspect. */
    readonly unseen: readonly UnseenTarget[];
    /** The scopes of the API. */
    readonly scopes: {
      /** The scopes that the API declares; `undefined` where it declares none. */
      readonly declared: readonly string[] | undefined;
    };
  };
}

/** What was attacked, when every attack was refused. */
export interface ProtectionReport {
  /** The routes that were attacked, as `GET /v1/sales/:id`. */
  readonly routes: readonly string[];
  /** The number of requests that were sent. */
  readonly attacks: number;
  /** The routes that were not attacked: declared public, or listed in `except`. */
  readonly skipped: readonly string[];
}

/**
 * Attacks every route of an application over HTTP and throws if an attack is not refused.
 *
 * Each route gets a request without a token, requests with forged tokens, one request without each
 * required scope, one with each forbidden scope added, and one with a token of the wrong kind of
 * caller. Every request must be refused, so no handler behind a guard runs unless the guard fails.
 * A refusal counts only if a guard made it with the expected reason, status and error code (RFC 6750
 * §3.1). Open routes, routes that accept requests without a token, routes that run a handler
 * before their guard, and routes that cannot be reached are failures too, unless `declarePublic()`
 * says otherwise. Public routes are skipped.
 *
 * Middleware that is mounted on a path, that the audit cannot inspect and that has no guard before it
 * gets requests without a token, at its path and below. A response without the decision of a guard is
 * a failure, and so is a missing response; 404, 405 and redirections (3xx) are not.
 *
 * @param app - An Express application, after all routes are mounted.
 * @param api - The resource server that guards it.
 * @throws Error (rejects) An attack was not refused, with a table of all failures; or there are no
 *   routes to attack.
 * @throws TypeError (rejects) An option is missing, unknown, or names a route that does not exist.
 * @example
 * await assertProtected(app, api, { issuer });
 */
export async function assertProtected(
  app: HttpApplication,
  api: AuditingApi,
  options: ProtectionOptions,
): Promise<ProtectionReport>;
/**
 * Attacks the listed routes of an application of the Fetch Standard, without a server, and throws if an
 * attack is not refused. The attacks are those on an Express application.
 *
 * There is no router to audit: routes that are not listed are not attacked. A route with an optional
 * guard gets no request without a token.
 *
 * @param app - An object with `fetch(request)`, such as a Hono application.
 * @param routes - The guard of each route: `{ 'GET /v1/sales/1': readSales }`.
 * @throws Error (rejects) An attack was not refused, with a table of all failures; or there are no
 *   routes to attack.
 * @throws TypeError (rejects) A route is not named by its method and path, or its value is not a
 *   guard; an option is missing, unknown, or names a route that does not exist.
 * @example
 * await assertProtected({ fetch: route }, { 'GET /v1/sales/analytics': readSales }, { issuer });
 */
export async function assertProtected(
  app: FetchApplication,
  routes: GuardedRoutes,
  options: ProtectionOptions,
): Promise<ProtectionReport>;
export async function assertProtected(
  app: HttpApplication | FetchApplication,
  subject: AuditingApi | GuardedRoutes,
  options: ProtectionOptions,
): Promise<ProtectionReport> {
  const { routes, unseen, scopes } =
    typeof app === 'function' ? auditRoutes(app, subject) : listRoutes(subject);
  const exposed = unseen.filter(isExposed);
  const resolved = resolveProtectionOptions(options, {
    routes,
    unseen: exposed,
    scopes: scopes.declared ?? [],
  });
  const isSkipped = (route: AttackedRoute): boolean =>
    route.access === 'public' ||
    listRouteNames(route).some((name) => resolved.except.includes(name));
  const targets = routes.filter((route) => !isSkipped(route));
  if (targets.length === 0) {
    throw new Error('no routes to attack: call assertProtected() after all routes are mounted');
  }
  const target = await openAttackedApp(app);
  try {
    const run = new AttackRun(target, resolved);
    for (const route of targets) await run.attackRoute(route, chooseMethod(route, routes));
    for (const middleware of exposed) {
      if (resolved.ignoreUnseen.includes(formatMiddleware(middleware))) continue;
      await run.probeMiddleware(middleware);
    }
    run.assertNoFailures();
    return Object.freeze({
      routes: Object.freeze(targets.map(formatRoute)),
      attacks: run.attacks,
      skipped: Object.freeze(routes.filter(isSkipped).map(formatRoute)),
    });
  } finally {
    await target.close();
  }
}

function auditRoutes(
  app: HttpApplication,
  api: AuditingApi | GuardedRoutes,
): ReturnType<AuditingApi['auditRoutes']> {
  if (isAuditing(api)) return api.auditRoutes(app);
  throw new TypeError(
    'assertProtected() requires the resource server that guards the application; to list the routes, ' +
      'pass the application as { fetch }',
  );
}

function listRoutes(given: unknown): ReturnType<AuditingApi['auditRoutes']> {
  const routes = readGuardedRoutes(given);
  return { routes, unseen: [], scopes: { declared: listScopes(routes) } };
}

function isAuditing(api: AuditingApi | GuardedRoutes): api is AuditingApi {
  return 'auditRoutes' in api && typeof api.auditRoutes === 'function';
}
