/**
 * `GET api/overview`.
 *
 * @module
 */
import type { Sparse } from '../history/sparse.js';
import type { Overview } from '../wire.js';
import { listRoutes } from './audited-application.js';
import type { ApiContext } from './api-context.js';
import { sumUpPrivileges } from './privileges.js';

/** Reads what the page shows first. */
export function readOverview(context: ApiContext, isExplainOn: boolean): Sparse<Overview> {
  const { feed, servers, audit, privilegeReport } = context;
  const result = audit.read();
  return {
    servers: [...servers.keys()],
    reportOnly: [...servers].flatMap(([label, server]) =>
      server.health().reportOnly.map(({ guard, until }) => ({ server: label, guard, until })),
    ),
    openRoutes:
      result.state === 'audited'
        ? listRoutes(result.audit).filter(({ route }) => route.access === 'open').length
        : undefined,
    trials: feed.trials.list(feed.labelOf) as Overview['trials'],
    privileges: sumUpPrivileges(privilegeReport.read()),
    isExplainOn,
  };
}
