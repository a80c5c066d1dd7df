/**
 * The findings that a route audit of any framework reports.
 *
 * @module
 */
import type { AuditedRoute } from '../audit/audited-route.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { describeEarlyHandlers } from '../audit/route-exposure.js';
import { OFFLINE_ACCESS } from '../metadata/metadata-options.js';

/** A route whose framework may have guards that some requests bypass. */
export type ReportedRoute = AuditedRoute & {
  /** The names of guards that do not count. */
  readonly partialGuards?: readonly string[];
};

/** Lists the findings about routes, one sentence each. */
export function listRouteFindings(routes: readonly ReportedRoute[]): readonly string[] {
  const open = routes.filter(({ access }) => access === 'open').length;
  const optional = routes.filter(({ exposure }) => exposure?.cause === 'optional');
  return [
    `${open} of ${routes.length} routes ${open === 1 ? 'is' : 'are'} open`,
    ...sentence(
      "requests without a token pass; guard these routes, or declare them with declarePublic('why')",
      optional.map(formatLabel),
    ),
    ...sentence(
      'guards that only report, so they protect nothing yet',
      routes.flatMap((route) =>
        route.reportOnlyUntil === undefined
          ? []
          : [`${formatLabel(route)} until ${route.reportOnlyUntil}`],
      ),
    ),
    ...routes.flatMap(describeWeakness),
  ];
}

/** Lists the findings about scopes, one sentence each. */
export function listScopeFindings({ routes, scopes, metadata }: RouteAudit): readonly string[] {
  return [
    ...sentence('declared scopes that no route requires', scopes.unused),
    ...sentence('required scopes that are not declared', scopes.undeclared),
    ...sentence('required scopes that the metadata does not publish', metadata?.missing ?? []),
    ...sentence('published scopes that no route requires', metadata?.needless ?? []),
    ...listForeignScopes(routes, metadata),
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
export function describeWeakness(route: ReportedRoute): readonly string[] {
  const { exposure, partialGuards = [], earlyHandlers } = route;
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

/** Writes the method and the path of a route. */
export function formatLabel({ method, path }: AuditedRoute): string {
  return `${method} ${path}`;
}

/** Writes a finding about several items; nothing without items. */
export function sentence(text: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${text}: ${[...new Set(items)].join(', ')}`];
}
