/**
 * `GET api/routes`.
 *
 * @module
 */
import {
  type AuditedRoute,
  findReporter,
  formatRequirement,
  type RouteAudit,
} from '@scopegate/resource-server/internal';
import { describeCombined } from '../history/policy-words.js';
import type { Sparse } from '../history/sparse.js';
import type { CounterRow, Routes, WireRoute } from '../wire.js';
import type { ApiContext } from './api-context.js';
import { listRoutes } from './audited-application.js';

/** How many requests ended how. */
type Counted = readonly Sparse<CounterRow>[];

/** Reads the routes of the application, and what happened to their requests. */
export function readRoutes(context: ApiContext): Sparse<Routes> {
  const result = context.audit.read();
  if (result.state !== 'audited') {
    const error = result.state === 'failed' ? result.error : undefined;
    return { state: result.state, error, routes: [], findings: [], markdown: undefined };
  }
  const { audit } = result;
  const reporter = findReporter(audit);
  return {
    state: 'audited',
    error: undefined,
    // JSON leaves out the members that are absent.
    routes: describeRoutes(context, audit) as readonly WireRoute[],
    findings: (reporter?.findings() ?? []).filter((finding) => !isAllClear(finding)),
    markdown: reporter?.markdown(),
  };
}

/** Whether a finding reports that no route is open, which is nothing to change. */
function isAllClear(finding: string): boolean {
  return finding.startsWith('0 of ');
}

function describeRoutes(
  { feed, servers }: ApiContext,
  audit: RouteAudit,
): readonly Sparse<WireRoute>[] {
  const byPath = new Map<string, Sparse<CounterRow>[]>();
  for (const row of feed.counters.read(Date.now()).by) {
    const { route = '' } = row;
    byPath.set(route, [...(byPath.get(route) ?? []), row]);
  }
  const [only, ...others] = servers.keys();
  return listRoutes(audit).map(({ route, methods }) => {
    const counted = (byPath.get(route.path) ?? []).filter(
      ({ method = '' }) => route.method === 'ALL' || methods.includes(method),
    );
    const seen = new Set(counted.map((row) => feed.labelOf(row.server ?? '')));
    const server = others.length === 0 ? (only ?? '') : [...seen].join(', ');
    return { server, methods, ...describeRoute(route), ...sumUp(counted) };
  });
}

function describeRoute(
  route: AuditedRoute,
): Omit<Sparse<WireRoute>, 'server' | 'methods' | 'requests' | 'refused'> {
  const { path, access, scope, atMost, trial, reportOnlyUntil, exposure } = route;
  return {
    path,
    access,
    scopes: scope && formatRequirement(scope),
    atMost: atMost?.length === 0 ? 'none' : atMost?.join(', '),
    trial: trial && describeCombined(trial),
    reportOnlyUntil,
    isExposed: exposure !== undefined,
  };
}

function sumUp(counted: Counted): Pick<WireRoute, 'requests' | 'refused'> {
  const sum = (rows: Counted): number => rows.reduce((total, { count = 0 }) => total + count, 0);
  return {
    requests: sum(counted),
    refused: sum(counted.filter(({ outcome }) => outcome === 'refused')),
  };
}
