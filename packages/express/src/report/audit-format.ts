/**
 * Writes a route audit for people and for programs.
 *
 * @module
 */
import { type AuditFormat, writeReport } from '@scopegate/resource-server/internal';
import type { RouteAudit } from '../audit/route-audit.js';
import { openApiPaths } from '../router/path-samples.js';
import { listFindings } from './audit-findings.js';

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
  const report = {
    audit,
    findings: listFindings(audit),
    listPaths: ({ path, samplePaths }: RouteAudit['routes'][number]) =>
      samplePaths.length === 0 ? [] : openApiPaths(path),
  };
  return writeReport(report, format);
}
