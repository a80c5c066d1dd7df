/**
 * Writes a route audit for people and for programs.
 *
 * @module
 */
import { didYouMean } from '@scopegate/protocol/internal';
import { type AuditedRoute, isRedundantHead } from '../audit/audited-route.js';
import { type CombinedPolicy, formatRequirement } from '../audit/combined-policy.js';
import type { RouteAccess } from '../audit/route-access.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { createOpenApiFragment } from './audit-openapi.js';
import { formatMarkdownTable, formatTextTable, type TableRows } from './text-table.js';

/** The formats that a route audit can be written in; see {@link formatAudit}. */
export type AuditFormat = 'table' | 'json' | 'markdown' | 'openapi';

/** An audit with what its framework adds to the formats. */
export interface AuditReport<Route extends AuditedRoute> {
  readonly audit: RouteAudit & { readonly routes: readonly Route[] };
  /** The findings, one sentence each. */
  readonly findings: readonly string[];
  /** Lists the OpenAPI path templates of a route; none if OpenAPI cannot express its path. */
  readonly listPaths: (route: Route) => readonly string[];
}

/**
 * Writes a report.
 *
 * @returns Text without a line break at the end.
 * @throws TypeError The format is unknown.
 */
export function writeReport<Route extends AuditedRoute>(
  { audit, findings, listPaths }: AuditReport<Route>,
  format: AuditFormat,
): string {
  const { routes } = audit;
  const writers: Readonly<Record<AuditFormat, () => string>> = {
    table: () => [formatRoutes(routes), '', ...findings].join('\n'),
    json: () => JSON.stringify(audit, null, 2),
    markdown: () => {
      const items = findings.map((finding) => `- ${finding}`);
      return [formatMarkdownTable(listRows(routes)), '', ...items].join('\n');
    },
    openapi: () => JSON.stringify(createOpenApiFragment(routes, listPaths), null, 2),
  };
  if (Object.hasOwn(writers, format)) return writers[format]();
  const known = Object.keys(writers);
  const rule = `the format of an audit must be one of ${known.join(', ')}`;
  throw new TypeError(`${rule}${didYouMean(format, known)}`);
}

/** Writes routes as a table of plain text. */
export function formatRoutes(routes: readonly AuditedRoute[]): string {
  return formatTextTable(listRows(routes));
}

function listRows(routes: readonly AuditedRoute[]): TableRows {
  const heading = [
    'METHOD',
    'PATH',
    'ACCESS',
    'SCOPES',
    'AT MOST',
    'PRINCIPAL',
    'BOUND BY',
    'AUTHENTICATION',
    'FRESH',
    'CHECKS',
    'BY',
    'ON TRIAL',
    'REPORT-ONLY',
  ];
  const rows = routes.flatMap((route, index) => {
    if (isRedundantHead(route, routes[index - 1])) return [];
    const next = routes[index + 1];
    const hasHead = next !== undefined && isRedundantHead(next, route);
    return [[hasHead ? `${route.method}, HEAD` : route.method, ...listCells(route)]];
  });
  return removeEmptyColumns([heading, ...rows]);
}

function removeEmptyColumns(rows: TableRows): TableRows {
  const [, ...body] = rows;
  const isUsed = (column: number): boolean => body.some((cells) => cells[column] !== '');
  return rows.map((cells) => cells.filter((_cell, column) => isUsed(column)));
}

/** Upper case draws attention to the routes that are exposed. */
const EXPOSED: Readonly<Record<RouteAccess, string>> = {
  open: 'OPEN',
  optional: 'OPTIONAL',
  public: 'public',
  guarded: 'GUARDED LATE',
};

function listCells(route: AuditedRoute): readonly string[] {
  const { path, access, exposure, scope, atMost, principal, senderConstraints } = route;
  const { checks, publicReason, guards } = route;
  const declared = access === 'guarded' || publicReason === undefined ? [] : [publicReason];
  return [
    path,
    exposure === undefined ? access : EXPOSED[access],
    scope === undefined ? '' : formatRequirement(scope),
    atMost?.join(' ') ?? '',
    principal ?? '',
    senderConstraints.join(' and '),
    formatAuthentication(route),
    route.fresh ? 'fresh' : '',
    checks.join(', '),
    [...new Set(guards), ...declared].join(', '),
    formatTrial(route),
    route.reportOnlyUntil === undefined ? '' : `until ${route.reportOnlyUntil}`,
  ];
}

/** Writes the members of a trial that differ from the enforced policy. */
function formatTrial({ trial, ...route }: AuditedRoute): string {
  if (trial === undefined) return '';
  const enforced = describeMembers(route);
  const changed = Object.entries(describeMembers(trial)).filter(
    ([name, text]) => text !== enforced[name],
  );
  return changed.map(([name, text]) => `${name} ${text}`).join('; ');
}

function describeMembers(policy: CombinedPolicy): Readonly<Record<string, string>> {
  const { scope, atMost, principal, senderConstraints, acrValues, maxAgeSeconds } = policy;
  return {
    scope: scope === undefined ? '' : formatRequirement(scope),
    'at most': atMost?.join(' ') ?? '',
    principal: principal ?? '',
    'bound by': senderConstraints.join(' and '),
    authentication: formatAuthentication({ acrValues, maxAgeSeconds }),
  };
}

function formatAuthentication({
  acrValues,
  maxAgeSeconds,
}: Pick<CombinedPolicy, 'acrValues' | 'maxAgeSeconds'>): string {
  const acr = acrValues?.length === 0 ? 'none in common' : acrValues?.join(' or ');
  const age = maxAgeSeconds === undefined ? undefined : `${maxAgeSeconds} s old at most`;
  return [acr, age].filter((part) => part !== undefined).join(', ');
}
