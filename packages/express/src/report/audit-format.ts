/**
 * Writes a route audit for people and for programs.
 *
 * @module
 */
import { didYouMean } from '@scopegate/protocol/internal';
import { type AuditedRoute, isRedundantHead } from '../audit/audited-route.js';
import { formatRequirement } from '../audit/combined-policy.js';
import type { RouteAccess } from '../audit/route-access.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { listFindings } from './audit-findings.js';
import { createOpenApiFragment } from './audit-openapi.js';
import { formatMarkdownTable, formatTextTable, type TableRows } from './text-table.js';

/** The formats that a {@link RouteAudit} can be written in; see {@link formatAudit}. */
export type AuditFormat = 'table' | 'json' | 'markdown' | 'openapi';

const WRITERS: Readonly<Record<AuditFormat, (audit: RouteAudit) => string>> = {
  table: formatAsTable,
  json: (audit) => JSON.stringify(audit, null, 2),
  markdown: formatAsMarkdown,
  openapi: ({ routes }) => JSON.stringify(createOpenApiFragment(routes), null, 2),
};

/**
 * Writes a route audit.
 *
 * - `'table'`: plain text without colors, the findings below the table.
 * - `'json'`: the audit itself.
 * - `'markdown'`: the table and the findings, as a page or a pull request shows them.
 * - `'openapi'`: `paths` with the `security` of each operation, to be merged into a document that
 *   defines the security scheme `accessToken`.
 *
 * @returns Text without a line break at the end.
 * @throws TypeError The format is unknown.
 * @example
 * console.log(formatAudit(auditRoutes(app), 'table'));
 */
export function formatAudit(audit: RouteAudit, format: AuditFormat): string {
  if (Object.hasOwn(WRITERS, format)) return WRITERS[format](audit);
  const known = Object.keys(WRITERS);
  const rule = `the format of an audit must be one of ${known.join(', ')}`;
  throw new TypeError(`${rule}${didYouMean(format, known)}`);
}

/** Writes routes as a table of plain text. */
export function formatRoutes(routes: readonly AuditedRoute[]): string {
  return formatTextTable(listRows(routes));
}

function formatAsTable(audit: RouteAudit): string {
  return [formatRoutes(audit.routes), '', ...listFindings(audit)].join('\n');
}

function formatAsMarkdown(audit: RouteAudit): string {
  const findings = listFindings(audit).map((finding) => `- ${finding}`);
  return [formatMarkdownTable(listRows(audit.routes)), '', ...findings].join('\n');
}

function listRows(routes: readonly AuditedRoute[]): TableRows {
  const heading = ['METHOD', 'PATH', 'ACCESS', 'SCOPES', 'AT MOST', 'PRINCIPAL', 'CHECKS', 'BY'];
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
  const { path, access, exposure, scope, atMost, principal, checks, publicReason, guards } = route;
  const declared = access === 'guarded' || publicReason === undefined ? [] : [publicReason];
  return [
    path,
    exposure === undefined ? access : EXPOSED[access],
    scope === undefined ? '' : formatRequirement(scope),
    atMost?.join(' ') ?? '',
    principal ?? '',
    checks.join(', '),
    [...new Set(guards), ...declared].join(', '),
  ];
}
