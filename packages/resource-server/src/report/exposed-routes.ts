/**
 * Exposed routes, as an assertion reports them.
 *
 * @module
 */
import { isRedundantHead } from '../audit/audited-route.js';
import type { ExposureCause } from '../audit/route-exposure.js';
import { describeWeakness, type ReportedRoute } from './audit-findings.js';
import { formatRoutes } from './audit-format.js';

/** What is wrong with exposed routes, and what to do. */
const ROUTES: readonly { cause: ExposureCause; title: string; advice: string }[] = [
  {
    cause: 'open',
    title: 'routes are open:',
    advice: "guard them, or declare those that are meant to be open with declarePublic('why')",
  },
  {
    cause: 'optional',
    title: 'routes let requests without a token pass:',
    advice:
      "guard them, or put declarePublic('why') beside the optional guard of those that are meant to " +
      'let such requests pass',
  },
  {
    cause: 'early_handler',
    title: 'routes run handlers before their guard:',
    advice:
      "put the guard first, or declare handlers that may run for every caller with declarePublic('why')",
  },
];

/** Describes exposed routes by the cause of their exposure, each with what to do. */
export function describeExposedRoutes(routes: readonly ReportedRoute[]): readonly string[] {
  return ROUTES.flatMap(({ cause, title, advice }) => {
    const exposed = routes.filter(({ exposure }) => exposure?.cause === cause);
    if (exposed.length === 0) return [];
    const shown = exposed.filter((route, index) => !isRedundantHead(route, exposed[index - 1]));
    const lines = shown.flatMap(describeWeakness);
    const table = [title, formatRoutes(exposed)];
    return lines.length === 0 ? [...table, advice] : [...table, lines.join('\n'), advice];
  });
}
