/**
 * The report of an audit, as the front that made the audit writes it.
 *
 * @module
 */
import type { RouteAudit } from '../audit/route-audit.js';

/** Writes the report of one audit. */
export interface AuditReporter {
  /** Lists the findings, one sentence each. */
  readonly findings: () => readonly string[];
  /** Writes the audit as Markdown. */
  readonly markdown: () => string;
}

/** Audits are data, and only their front knows what else to report about them. */
const reporters = new WeakMap<RouteAudit, AuditReporter>();

/** Keeps what writes the report of an audit. Returns the audit. */
export function withReporter<Audit extends RouteAudit>(
  audit: Audit,
  createReporter: (audit: Audit) => AuditReporter,
): Audit {
  reporters.set(audit, createReporter(audit));
  return audit;
}

/** Finds what writes the report of an audit that a resource server has made. */
export function findReporter(audit: RouteAudit): AuditReporter | undefined {
  return reporters.get(audit);
}
