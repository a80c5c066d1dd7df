/**
 * The findings that a route audit reports below its table.
 *
 * @module
 */
import {
  formatLabel,
  isRedundantHead,
  listRouteFindings,
  listScopeFindings,
  sentence,
} from '@scopegate/resource-server/internal';
import type { AuditedRoute } from '../audit/audited-route.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { formatUnseen, isExposed, type UnseenMiddleware } from '../audit/unseen-middleware.js';

/** Lists the findings of an audit, one sentence each. */
export function listFindings(audit: RouteAudit): readonly string[] {
  const { routes, unseen } = audit;
  const shown = routes.filter((route, index) => !isRedundantHead(route, routes[index - 1]));
  return [
    ...listRouteFindings(shown),
    ...listExposedMiddleware(unseen),
    ...shown.flatMap(formatShadow),
    ...listScopeFindings(audit),
    ...listPathFindings(shown),
    ...listOtherMiddleware(unseen),
  ];
}

function listPathFindings(routes: readonly AuditedRoute[]): readonly string[] {
  const hidden = routes.filter(({ samplePaths }) => samplePaths.length === 0);
  const isUnknown = routes.some(({ path }) => path.includes('/(unknown)'));
  return [
    ...sentence(
      'no sample path was found, so guards that are mounted on a path may not be counted',
      hidden.map(formatLabel),
    ),
    ...(isUnknown
      ? [
          'this version of Express does not expose mount paths; list them in the option "mountPaths"',
        ]
      : []),
  ];
}

function listExposedMiddleware(unseen: readonly UnseenMiddleware[]): readonly string[] {
  return sentence(
    'middleware that the audit cannot inspect, on a path without a guard',
    unseen.filter((each) => isExposed(each) && !each.isIgnored).map(formatUnseen),
  );
}

function listOtherMiddleware(unseen: readonly UnseenMiddleware[]): readonly string[] {
  const unguarded = unseen.filter(({ isGuarded }) => !isGuarded);
  const mounted = unguarded.filter(({ hasOwnPath }) => hasOwnPath);
  return [
    ...sentence(
      'middleware that the audit cannot inspect, assumed to pass requests on',
      unguarded.filter(({ hasOwnPath }) => !hasOwnPath).map(formatUnseen),
    ),
    ...sentence(
      'middleware that the audit cannot inspect, before a guard, so it runs for every caller',
      mounted.filter(({ isBeforeGuard }) => isBeforeGuard).map(formatUnseen),
    ),
    ...sentence(
      'middleware that the audit cannot inspect, declared or ignored',
      mounted
        .filter((each) => !each.isBeforeGuard && (!isExposed(each) || each.isIgnored))
        .map(formatUnseen),
    ),
  ];
}

function formatShadow(route: AuditedRoute): readonly string[] {
  const { guards, shadowedBy } = route;
  if (shadowedBy === undefined) return [];
  const verb = shadowedBy.isCertain ? 'is answered first' : 'may be answered first';
  const effect = guards.length === 0 ? '' : ', so its guards do not run';
  return [`${formatLabel(route)} ${verb} by ${shadowedBy.route}${effect}`];
}
