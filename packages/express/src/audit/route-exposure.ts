/**
 * What a request without a token may reach though that was not declared.
 *
 * @module
 */
import { type AuditedRoute, describeUnseen, type UnseenMiddleware } from './audit-rows.js';

/**
 * Why something is exposed:
 *
 * - `open`: no guard stands in front of every path that leads there;
 * - `optional`: its guard takes requests without a token, and no `declarePublic()` says so;
 * - `early_handler`: a handler of the route runs before its guard;
 * - `unseen`: middleware on a path of its own that the audit cannot look into, without a guard.
 */
export type ExposureCause = 'open' | 'optional' | 'early_handler' | 'unseen';

/** Something exposed. */
export interface Exposure {
  /** A route, as `GET /v1/sales/:id`; or middleware, as `serveStatic on /files`. */
  readonly place: string;
  readonly cause: ExposureCause;
}

/** Lists what is exposed: routes first, middleware behind. */
export function listExposures(
  routes: readonly AuditedRoute[],
  unseen: readonly UnseenMiddleware[],
): readonly Exposure[] {
  const ofRoutes = routes.flatMap((route) => {
    const cause = exposureOf(route);
    return cause === undefined ? [] : [{ place: `${route.method} ${route.path}`, cause }];
  });
  const ofMiddleware = unseen
    .filter((each) => isExposed(each) && !each.isIgnored)
    .map((each) => ({ place: describeUnseen(each), cause: 'unseen' as const }));
  return [...ofRoutes, ...ofMiddleware].map((exposure) => Object.freeze(exposure));
}

/** Why a route is exposed; `undefined` when it is not. */
export function exposureOf({
  access,
  publicReason,
  earlyHandlers,
}: AuditedRoute): ExposureCause | undefined {
  if (access === 'open') return 'open';
  if (publicReason !== undefined) return undefined;
  if (access === 'optional') return 'optional';
  return earlyHandlers.length > 0 ? 'early_handler' : undefined;
}

/** Whether middleware may answer requests without a token, and no `declarePublic()` says so. */
export function isExposed(unseen: UnseenMiddleware): boolean {
  const { hasOwnPath, isGuarded, isBeforeGuard, publicReason } = unseen;
  return hasOwnPath && !isGuarded && !isBeforeGuard && publicReason === undefined;
}
