/**
 * The route audit as a test.
 *
 * @module
 */
import { formatRoutes } from './audit-format.js';
import { type AuditOptions, auditRoutes, type RoutedApplication } from './route-audit.js';

/**
 * Throws unless every route is guarded, or declared to be public.
 *
 * @param application - After everything is mounted.
 * @throws Error A route is open; the message holds the table of those. Or there is no route at all:
 *   then it was not the application, or not yet.
 * @throws TypeError It is no Express application or router, or an option cannot be used.
 * @example
 * it('leaves no route open', () => expectAllGuarded(app));
 */
export function expectAllGuarded(application: RoutedApplication, options?: AuditOptions): void {
  const { routes } = auditRoutes(application, options);
  if (routes.length === 0) throw new Error('there are no routes: audit after they are mounted');
  const open = routes.filter(({ access }) => access === 'open');
  if (open.length === 0) return;
  throw new Error(
    `routes are open:\n\n${formatRoutes(open)}\n\n` +
      `guard them, or mark those that are meant to be open by declarePublic('why')`,
  );
}
