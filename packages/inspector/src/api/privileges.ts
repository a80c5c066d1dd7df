/**
 * `GET api/privileges`.
 *
 * @module
 */
import {
  formatPrivileges,
  type PrivilegeReport,
  reportPrivileges,
} from '@scopegate/telemetry/privileges';
import type { LabelOf } from '../history/wire-decision.js';
import type { ResolvedOptions } from '../options.js';
import type { Overview, Privileges } from '../wire.js';

/** Reads the report of least privilege from what was recorded. */
export function readPrivileges({ privileges }: ResolvedOptions, labelOf: LabelOf): Privileges {
  if (privileges === undefined) return { state: 'no-recorder' };
  const report = withLabels(reportPrivileges(privileges.snapshot()), labelOf);
  const { clients } = report;
  if (clients.length === 0) return { state: 'empty' };
  const isIdentified = clients.some(({ clientId }) => clientId !== undefined);
  return {
    state: isIdentified ? 'recorded' : 'not-identified',
    report,
    markdown: formatPrivileges(report, 'markdown'),
    csv: formatPrivileges(report, 'csv'),
  };
}

/** Sums up the report; `undefined` without a recorder. */
export function sumUpPrivileges({ state, report }: Privileges): Overview['privileges'] | undefined {
  if (state === 'no-recorder') return undefined;
  const clients = (report?.clients ?? []).filter(({ clientId }) => clientId !== undefined);
  const withUnused = clients.filter(({ scopes }) =>
    scopes.some((scope) => scope.state === 'unused'),
  );
  return { clients: clients.length, withUnused: withUnused.length };
}

function withLabels(report: PrivilegeReport, labelOf: LabelOf): PrivilegeReport {
  return {
    ...report,
    clients: report.clients.map((client) => ({ ...client, server: labelOf(client.server) })),
    routes: report.routes.map((route) => ({ ...route, server: labelOf(route.server) })),
  };
}
