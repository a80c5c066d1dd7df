/**
 * Marks a route that is public on purpose.
 *
 * @module
 */
import { createMark, type Mark } from '@scopegate/resource-server/internal';
import type { Middleware } from '../request/middleware.js';

/** Middleware that only states why a route has no guard. */
export interface PublicMark extends Middleware, Mark {}

/**
 * Creates middleware that marks a route as public on purpose, so that the route audit does not report
 * it.
 *
 * It passes every request on, so a guard on the same route still applies. On a route with an optional
 * guard, the mark states that requests without a token may pass. On a route with handlers in front of
 * its guard, it states that those handlers may run for every caller. In a route, it applies to that
 * route only. Mounted with `app.use(path, …)`, it applies to everything that follows under that path in
 * the same router.
 *
 * @param reason - Why no token is required here; a non-empty string.
 * @throws TypeError The reason is missing or empty.
 * @example
 * app.get('/health', declarePublic('the load balancer has no token'), handler);
 */
export function declarePublic(reason: string): PublicMark {
  const declaredPublic: Middleware = (_req, _res, next) => {
    next();
  };
  return createMark(declaredPublic, reason);
}
