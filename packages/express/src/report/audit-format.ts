/**
 * A route audit for people and for programs.
 *
 * @module
 */
import { didYouMean } from '@scopegate/protocol/internal';
import { createOpenApiFragment } from './audit-openapi.js';
import { listFindings } from './audit-findings.js';
import { formatRequirement } from '../audit/combined-policy.js';
import { type AuditedRoute, isMereHead } from '../audit/audit-rows.js';
import type { RouteAccess } from '../audit/route-access.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { exposureOf } from '../audit/route-exposure.js';
import { formatMarkdownTable, formatTextTable, type TableRows } from './text-table.js';

/** What a {@link RouteAudit} can be written as. */
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
 * - `'table'`: plain text for people, findings beneath; no colours.
 * - `'json'`: the audit as it is.
 * - `'markdown'`: the table and the findings for a page or a pull request.
 * - `'openapi'`: `paths` with the `security` of each operation, to be merged into a document that
 *   defines the security scheme `accessToken`.
 *
 * @returns Text without a line break at its end.
 * @throws TypeError There is no such format.
 */
export function formatAudit(audit: RouteAudit, format: AuditFormat): string {
  if (Object.hasOwn(WRITERS, format)) return WRITERS[format](audit);
  const known = Object.keys(WRITERS);
  throw new TypeError(`an audit is written as ${known.join(', ')}${didYouMean(format, known)}`);
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
    if (isMereHead(route, routes[index - 1])) return [];
    const next = routes[index + 1];
    const hasHead = next !== undefined && isMereHead(next, route);
    return [[hasHead ? `${route.method}, HEAD` : route.method, ...cellsOf(route)]];
  });
  return withoutEmptyColumns([heading, ...rows]);
}

function withoutEmptyColumns(rows: TableRows): TableRows {
  const [, ...body] = rows;
  const isUsed = (column: number): boolean => body.some((cells) => cells[column] !== '');
  return rows.map((cells) => cells.filter((_cell, column) => isUsed(column)));
}

const ACTIONS: Readonly<Record<RouteAccess, string>> = {
  open: 'OPEN',
  optional: 'OPTIONAL',
  public: 'public',
  guarded: 'GUARDED LATE',
};

function cellsOf(route: AuditedRoute): readonly string[] {
  const { path, access, scope, atMost, principal, checks, publicReason, guards } = route;
  return [
    path,
    // What is to be acted on is what the eye finds first.
    exposureOf(route) === undefined ? access : ACTIONS[access],
    scope === undefined ? '' : formatRequirement(scope),
    atMost?.join(' ') ?? '',
    principal ?? '',
    checks.join(', '),
    [...new Set(guards), ...(access === 'guarded' ? [] : [publicReason ?? []].flat())].join(', '),
  ];
}
