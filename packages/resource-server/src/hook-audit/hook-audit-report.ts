/**
 * The audit of an application with hooks, for people, programs and tests.
 *
 * @module
 */
import { isRedundantHead } from '../audit/audited-route.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { listRouteFindings, listScopeFindings } from '../report/audit-findings.js';
import { type AuditFormat, writeReport } from '../report/audit-format.js';
import { describeExposedRoutes } from '../report/exposed-routes.js';
import { auditHookRoutes, type HookAuditOptions } from './hook-audit.js';
import type { RouteAnnouncer } from './route-log.js';
import { listPathTemplates } from './path-templates.js';

/**
 * Writes a route audit.
 *
 * - `'table'`: plain text without colors, the findings below the table.
 * - `'json'`: the audit itself.
 * - `'markdown'`: the table and the findings, as a page or a pull request shows them.
 * - `'openapi'`: `paths` with the `security` of each operation, to be merged into a document that
 *   defines the security scheme `accessToken`.
 *
 * @returns Text without a line break at the end.
 * @throws TypeError The format is unknown.
 * @example
 * console.log(formatAudit(auditRoutes(app), 'table'));
 */
export function formatHookAudit(audit: RouteAudit, format: AuditFormat): string {
  const findings = listHookFindings(audit);
  return writeReport({ audit, findings, listPaths: ({ path }) => listPathTemplates(path) }, format);
}

/** Lists the findings of an audit, one sentence each. */
export function listHookFindings(audit: RouteAudit): readonly string[] {
  const { routes } = audit;
  const shown = routes.filter((route, index) => !isRedundantHead(route, routes[index - 1]));
  return [...listRouteFindings(shown), ...listScopeFindings(audit)];
}

/**
 * Throws unless every route is guarded, or declared public.
 *
 * A route behind an optional guard is not guarded, and neither is a route that runs another hook before
 * its guard; `declarePublic()` in the route declares both. A guard that `addHook()` has added to an
 * instance does not count; add it by `api.guardAll()`.
 *
 * @param app - An application that `watchRoutes()` watches. It must be ready.
 * @throws Error A route is exposed; the message names it and says why. Or the application has no routes.
 * @throws TypeError The application is not watched or not ready, or an option is unknown or out of range.
 * @example
 * it('guards every route', async () => {
 *   await app.ready();
 *   expectAllGuarded(app);
 * });
 */
export function expectAllHooked(app: RouteAnnouncer, options?: HookAuditOptions): void {
  const { routes, exposures } = auditHookRoutes(app, options);
  if (routes.length === 0) {
    throw new Error('no routes found: declare the routes of the application before it is ready');
  }
  if (exposures.length > 0) throw new Error(describeExposedRoutes(routes).join('\n\n'));
}
