/**
 * Marks a route with hooks that is public on purpose.
 *
 * @module
 */
import { createMark, type Mark } from '../audit/public-mark.js';
import type { Hook } from '../hook/hook-exchange.js';

/**
 * Creates a hook for `onRequest` that marks a route as public on purpose, so that the route audit does
 * not report it.
 *
 * It passes every request on, so a guard on the same route still applies. On a route with an optional
 * guard, the mark states that requests without a token may pass. On a route with hooks in front of its
 * guard, it states that those hooks may run for every caller. It applies to that route only.
 *
 * @param reason - Why no token is required here; a non-empty string.
 * @throws TypeError The reason is missing or empty.
 * @example
 * app.get('/health', { onRequest: declarePublic('the load balancer has no token') }, handler);
 */
export function declareHookPublic(reason: string): Hook & Mark {
  const declaredPublic: Hook = (_request, _reply, done) => {
    done();
  };
  return createMark(declaredPublic, reason);
}
