/**
 * The audit of the application's routes.
 *
 * @module
 */
import {
  type AuditedRoute,
  isRedundantHead,
  type RouteAudit,
} from '@scopegate/resource-server/internal';
import type { ResolvedOptions } from '../options.js';

/** An audit, or the message of what it has thrown. */
export type AuditResult =
  | { readonly state: 'no-app' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'audited'; readonly audit: RouteAudit };

/** Audits the application. */
export function auditApplication({ app, servers }: ResolvedOptions): AuditResult {
  const server = [...servers.values()].find((each) => each.auditRoutes !== undefined);
  if (app === undefined || server?.auditRoutes === undefined) return { state: 'no-app' };
  // Every server finds the guards of all. The scopes that only one declares are not those of all routes.
  const options = servers.size === 1 ? undefined : { scopes: undefined };
  try {
    // The audit checks the application itself.
    return { state: 'audited', audit: server.auditRoutes(app as never, options) };
  } catch (error) {
    return { state: 'failed', error: error instanceof Error ? error.message : 'the audit failed' };
  }
}

/** A route as it is listed: `HEAD` is part of `GET` where the same guards protect both. */
export interface ListedRoute {
  readonly route: AuditedRoute;
  readonly methods: readonly string[];
}

/** Lists the routes of an audit. */
export function listRoutes({ routes }: RouteAudit): readonly ListedRoute[] {
  return routes.flatMap((route, index) => {
    if (isRedundantHead(route, routes[index - 1])) return [];
    const next = routes[index + 1];
    const hasHead = next !== undefined && isRedundantHead(next, route);
    return [{ route, methods: hasHead ? [route.method, 'HEAD'] : [route.method] }];
  });
}
