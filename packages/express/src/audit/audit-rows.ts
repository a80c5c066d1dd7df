/**
 * Audits every endpoint of an application in one pass.
 *
 * @module
 */
import type { Exposure, PublishedMetadata } from '@scopegate/resource-server/internal';
import { type AuditContext, type AuditedRoute, auditRoute } from './audited-route.js';
import {
  auditUnseen,
  formatUnseen,
  isExposed,
  type UnseenMiddleware,
} from './unseen-middleware.js';

/** What an application contains, in the order it was mounted. */
export interface AuditRows {
  readonly routes: readonly AuditedRoute[];
  readonly unseen: readonly UnseenMiddleware[];
  /** The metadata documents that are served. */
  readonly documents: readonly PublishedMetadata[];
}

/**
 * Audits every endpoint. Guards and marks are not endpoints, so they get no row.
 *
 * @param ignored - Names of middleware that is known to be harmless.
 */
export function auditEndpoints(context: AuditContext, ignored: readonly string[]): AuditRows {
  const routes: AuditedRoute[] = [];
  const unseen: UnseenMiddleware[] = [];
  const documents: PublishedMetadata[] = [];
  for (const endpoint of context.endpoints) {
    const { entry } = endpoint;
    if (entry.kind === 'route') {
      routes.push(...auditRoute(endpoint, context));
      continue;
    }
    const { seen } = entry.handler;
    if (seen.kind === 'metadata') documents.push(seen.metadata);
    if (seen.kind !== 'other') continue;
    if (seen.isFinal && !endpoint.isFallback) routes.push(...auditRoute(endpoint, context));
    else unseen.push(auditUnseen({ ...endpoint, entry }, context.tree, ignored));
  }
  return { routes, unseen, documents };
}

/** Lists what is exposed: routes first, then middleware. */
export function listExposures({
  routes,
  unseen,
}: Pick<AuditRows, 'routes' | 'unseen'>): readonly Exposure[] {
  const ofRoutes = routes.flatMap(({ method, path, exposure }) =>
    exposure === undefined ? [] : [{ endpoint: `${method} ${path}`, ...exposure }],
  );
  const ofMiddleware = unseen
    .filter((each) => isExposed(each) && !each.isIgnored)
    .map((each) => ({
      endpoint: formatUnseen(each),
      cause: 'unseen' as const,
      reason: 'no guard runs before it, and the audit cannot see what it does',
    }));
  return [...ofRoutes, ...ofMiddleware].map((exposure) => Object.freeze(exposure));
}
