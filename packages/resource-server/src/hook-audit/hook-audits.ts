/**
 * The audit as members of a resource server whose guards are hooks.
 *
 * @module
 */
import type { RouteAudit } from '../audit/route-audit.js';
import type { GuardHook } from '../hook/guard-hook.js';
import type { ServerPolicy } from '../policy/guard-policy.js';
import { withReporter } from '../report/audit-report.js';
import { auditHookRoutes, type HookAuditOptions } from './hook-audit.js';
import { formatHookAudit, listHookFindings } from './hook-audit-report.js';
import { guardAll, type RouteAnnouncer } from './route-log.js';

/** The audit of a resource server whose guards are hooks. */
export interface HookAudits {
  /**
   * Adds a guard to every route of an application or a plugin, and of the plugins that are registered on
   * it later, and makes the audit count it. `addHook('onRequest', guard)` guards the same routes, but
   * the audit cannot see it. The metadata document stays public.
   *
   * @throws TypeError The second argument is not a guard.
   * @example
   * app.register(async (v1) => {
   *   api.guardAll(v1, api.requireAccessToken());
   *   v1.get('/sales', handler);
   * }, { prefix: '/v1' });
   */
  guardAll(instance: RouteAnnouncer, guard: GuardHook): void;
  /**
   * Audits the routes of an application against the scopes of this resource server.
   *
   * @throws TypeError See {@link auditRoutes}.
   * @example
   * process.stdout.write(formatAudit(api.auditRoutes(app), 'table'));
   */
  auditRoutes(app: RouteAnnouncer, options?: HookAuditOptions): RouteAudit;
}

/** Creates the audit of one resource server. */
export function createHookAudit({ vocabulary }: ServerPolicy): HookAudits {
  return {
    guardAll,
    auditRoutes: (app, options = {}) =>
      withReporter(auditHookRoutes(app, { scopes: vocabulary, ...options }), (audit) => ({
        findings: () => listHookFindings(audit),
        markdown: () => formatHookAudit(audit, 'markdown'),
      })),
  };
}
