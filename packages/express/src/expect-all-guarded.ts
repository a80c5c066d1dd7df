/**
 * The route audit as a test.
 *
 * @module
 */
import { describeEarly, describePartial } from './report/audit-findings.js';
import { formatRoutes } from './report/audit-format.js';
import { type AuditedRoute, isMereHead } from './audit/audit-rows.js';
import { type AuditOptions, auditRoutes, type RoutedApplication } from './audit/route-audit.js';
import { type ExposureCause, exposureOf } from './audit/route-exposure.js';

/** What to say of exposed routes, and how to mend them. */
const ROUTES: readonly { cause: ExposureCause; title: string; advice: string }[] = [
  {
    cause: 'open',
    title: 'routes are open',
    advice: "guard them, or mark those that are meant to be open by declarePublic('why')",
  },
  {
    cause: 'optional',
    title: 'routes take requests without a token',
    advice:
      "guard them, or mark those that are meant to be optional by declarePublic('why') beside the guard",
  },
  {
    cause: 'early_handler',
    title: 'routes run handlers before their guard',
    advice: "put the guard first, or mark what may run for every caller by declarePublic('why')",
  },
];
const UNSEEN_ADVICE =
  'put the guard first, or mount parsers and CORS without a path; if it is harmless, name it by the ' +
  'option "ignoreUnseen", as it is written above; declarePublic(\'why\') in front of it declares all ' +
  'that follows beneath its path';

/**
 * Throws unless every route is guarded, or declared to be public.
 *
 * A route behind an optional guard is not guarded, nor is one that runs a handler before its guard;
 * `declarePublic()` in the route, or mounted above it, declares both. Middleware on a path of its own
 * that the audit cannot look into, such as `express.static()`, needs a guard in front of it, a
 * declaration, or the option `ignoreUnseen`.
 *
 * @param application - After everything is mounted.
 * @throws Error Something is exposed; the message names it. Or there is no route at all: then it was
 *   not the application, or not yet.
 * @throws TypeError It is not an Express application or router, or an option cannot be used.
 * @example
 * it('leaves no route open', () => expectAllGuarded(app));
 */
export function expectAllGuarded(application: RoutedApplication, options?: AuditOptions): void {
  const { routes, exposures } = auditRoutes(application, options);
  if (routes.length === 0) throw new Error('there are no routes: audit after they are mounted');
  if (exposures.length === 0) return;
  const unseen = exposures.filter(({ cause }) => cause === 'unseen').map(({ place }) => place);
  const parts = [
    ...ROUTES.flatMap(({ cause, title, advice }) => {
      const those = routes.filter((route) => exposureOf(route) === cause);
      if (those.length === 0) return [];
      return [`${title}:`, formatRoutes(those), ...explain(those), advice];
    }),
    ...(unseen.length === 0
      ? []
      : [
          'middleware that is not looked into stands on a path without a guard:',
          unseen.join('\n'),
          UNSEEN_ADVICE,
        ]),
  ];
  throw new Error(parts.join('\n\n'));
}

/** Why a guard that people see there does not count. */
function explain(routes: readonly AuditedRoute[]): readonly string[] {
  const lines = routes
    .filter((route, index) => !isMereHead(route, routes[index - 1]))
    .flatMap((route) => [...describePartial(route), ...describeEarly(route)]);
  return lines.length === 0 ? [] : [lines.join('\n')];
}
