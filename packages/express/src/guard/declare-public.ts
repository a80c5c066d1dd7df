/**
 * The mark of a route that is meant to be open.
 *
 * @module
 */
import type { Middleware } from '../request/middleware.js';

/** Middleware that does nothing but say why a route needs no guard. */
export interface PublicMark extends Middleware {
  /** Why, as it was declared. */
  readonly publicReason: string;
}

/**
 * Marks what it is mounted on as open on purpose, so that the route audit does not report it.
 *
 * It lets every request pass. A guard beside it still guards; beside an optional guard it says that
 * requests without a token are meant to pass, and beside a guard that is not first, that the handlers
 * in front of it may run for every caller. It speaks for its route alone; mounted by
 * `app.use(path, …)`, for all that follows beneath in that router.
 *
 * @param reason - Why no token is needed here; non-empty.
 * @throws TypeError There is no reason.
 * @example
 * app.get('/health', declarePublic('the load balancer has no token'), handler);
 */
export function declarePublic(reason: string): PublicMark {
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new TypeError('declarePublic() needs the reason why the route is open, as text');
  }
  const declaredPublic: Middleware = (_req, _res, next) => {
    next();
  };
  return Object.freeze(Object.assign(declaredPublic, { publicReason: reason.trim() }));
}

/** The reason that a handler gives for being open; `undefined` when it is no {@link PublicMark}. */
export function findPublicReason(handler: object): string | undefined {
  // Looked up by name: a second copy of this package, or instrumentation that wraps a handler and
  // copies its members, must not turn a declared route into an open one.
  const reason: unknown = Reflect.get(handler, 'publicReason');
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}
