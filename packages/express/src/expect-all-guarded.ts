/**
 * The route audit as an assertion for tests.
 *
 * @module
 */
import { describeExposedRoutes, type Exposure } from '@scopegate/resource-server/internal';
import { type AuditOptions, auditRoutes, type RoutedApplication } from './audit/route-audit.js';

const UNSEEN_TITLE = 'the audit cannot inspect middleware on a path without a guard:';
const UNSEEN_ADVICE =
  'put a guard before it, or mount parsers and CORS without a path; if it is harmless, list it in the ' +
  'option "ignoreUnseen" as written above, or put declarePublic(\'why\') before it, which also declares ' +
  'everything that follows on its path';

/**
 * Throws unless every route is guarded, or declared public.
 *
 * A route behind an optional guard is not guarded, and neither is a route that runs a handler before
 * its guard; `declarePublic()` in the route, or mounted before it, declares both. Middleware
 * that is mounted on a path, such as `express.static()`, and that the audit cannot inspect needs a
 * guard before it, a declaration, or the option `ignoreUnseen`.
 *
 * @param application - Mount everything first: it is audited in its current state.
 * @throws Error A route or middleware is exposed; the message names it and says why. Or the
 *   application has no routes, because nothing has been mounted yet.
 * @throws TypeError The application is not an Express application or router, or an option is unknown
 *   or out of range.
 * @example
 * it('guards every route', () => expectAllGuarded(app));
 */
export function expectAllGuarded(application: RoutedApplication, options?: AuditOptions): void {
  const { routes, exposures } = auditRoutes(application, options);
  if (routes.length === 0) {
    throw new Error('no routes found: call expectAllGuarded() after all routes are mounted');
  }
  if (exposures.length === 0) return;
  const parts = [...describeExposedRoutes(routes), ...describeMiddleware(exposures)];
  throw new Error(parts.join('\n\n'));
}

function describeMiddleware(exposures: readonly Exposure[]): readonly string[] {
  const unseen = exposures.filter(({ cause }) => cause === 'unseen');
  if (unseen.length === 0) return [];
  return [UNSEEN_TITLE, unseen.map(({ endpoint }) => endpoint).join('\n'), UNSEEN_ADVICE];
}
