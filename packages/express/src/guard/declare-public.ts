/**
 * Marks a route that is public on purpose.
 *
 * @module
 */
import type { Middleware } from '../request/middleware.js';

/** Middleware that only states why a route has no guard. */
export interface PublicMark extends Middleware {
  /** The declared reason. */
  readonly publicReason: string;
}

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
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new TypeError(
      'declarePublic() requires a non-empty string: the reason why the route is public',
    );
  }
  const declaredPublic: Middleware = (_req, _res, next) => {
    next();
  };
  return Object.freeze(Object.assign(declaredPublic, { publicReason: reason.trim() }));
}

/** Finds the reason of a handler that is a {@link PublicMark}. */
export function findPublicReason(handler: object): string | undefined {
  // Read by name, because a mark may come from a second copy of this package, or be wrapped by
  // instrumentation that copies its members.
  const reason: unknown = Reflect.get(handler, 'publicReason');
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}
