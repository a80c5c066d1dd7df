/**
 * The findings that a route audit reports below its table.
 *
 * @module
 */
import { OFFLINE_ACCESS } from '@scopegate/resource-server/internal';
import { type AuditedRoute, isRedundantHead } from '../audit/audited-route.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { describeEarlyHandlers } from '../audit/route-exposure.js';
import { formatUnseen, isExposed, type UnseenMiddleware } from '../audit/unseen-middleware.js';

/** Lists the findings of an audit, one sentence each. */
export function listFindings({ routes, unseen, scopes, metadata }: RouteAudit): readonly string[] {
  const shown = routes.filter((route, index) => !isRedundantHead(route, routes[index - 1]));
  return [
    ...listRouteFindings(shown),
    ...listExposedMiddleware(unseen),
    ...shown.flatMap(formatShadow),
    ...sentence('declared scopes that no route requires', scopes.unused),
    ...sentence('required scopes that are not declared', scopes.undeclared),
    ...sentence('required scopes that the metadata does not publish', metadata?.missing ?? []),
    ...sentence('published scopes that no route requires', metadata?.needless ?? []),
    ...listForeignScopes(shown, metadata),
    ...listPathFindings(shown),
    ...listOtherMiddleware(unseen),
  ];
}

/** Clients would request a refresh token that access to this API does not need. */
function listForeignScopes(
  routes: readonly AuditedRoute[],
  metadata: RouteAudit['metadata'],
): readonly string[] {
  const scopes = [...routes.flatMap((route) => route.scopes), ...(metadata?.scopesSupported ?? [])];
  return sentence(
    'required or published scopes that belong to the authorization server',
    scopes.filter((scope) => scope === OFFLINE_ACCESS),
  );
}

/**
 * Describes what makes the protection of a route weaker than it looks: a guard that does not count, or
 * a handler in front of the guard.
 *
 * @returns One sentence for each, with what to do.
 */
export function describeWeakness(route: AuditedRoute): readonly string[] {
  const { exposure, partialGuards, earlyHandlers } = route;
  const label = formatLabel(route);
  const isPartial = exposure !== undefined && partialGuards.length > 0;
  return [
    ...(isPartial
      ? [`${label}: ${exposure.reason}; put the guard in the route or on its router`]
      : []),
    ...(earlyHandlers.length === 0
      ? []
      : [`${label}: ${describeEarlyHandlers(earlyHandlers)}; put the guard first`]),
  ];
}

function listRouteFindings(routes: readonly AuditedRoute[]): readonly string[] {
  const open = routes.filter(({ access }) => access === 'open').length;
  const optional = routes.filter(({ exposure }) => exposure?.cause === 'optional');
  return [
    `${open} of ${routes.length} routes ${open === 1 ? 'is' : 'are'} open`,
    ...sentence(
      "requests without a token pass; guard these routes, or declare them with declarePublic('why')",
      optional.map(formatLabel),
    ),
    ...routes.flatMap(describeWeakness),
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

function formatLabel({ method, path }: AuditedRoute): string {
  return `${method} ${path}`;
}

function sentence(text: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${text}: ${[...new Set(items)].join(', ')}`];
}

function formatShadow(route: AuditedRoute): readonly string[] {
  const { guards, shadowedBy } = route;
  if (shadowedBy === undefined) return [];
  const verb = shadowedBy.isCertain ? 'is answered first' : 'may be answered first';
  const effect = guards.length === 0 ? '' : ', so its guards do not run';
  return [`${formatLabel(route)} ${verb} by ${shadowedBy.route}${effect}`];
}
