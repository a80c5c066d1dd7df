/**
 * Reports which scopes clients hold and do not need.
 *
 * @module
 */
import { assertKnownOptions, optionalNumber } from '@scopegate/protocol/internal';
import type { PrivilegeUsage, ProcessUsage } from '../usage/privilege-usage.js';
import { listNeededElsewhere, reportClient, type VerifiedClient } from './client-report.js';
import { type CombinedClient, combineClients, hasLostRequests } from './combined-usage.js';
import type { PrivilegeReport } from './privilege-report.js';
import { formatTimeIfAny } from './report-times.js';
import { reportRoutes } from './route-report.js';

/** Options of {@link reportPrivileges}. */
export interface PrivilegeReportOptions {
  /**
   * For how many days a client must be observed before any of its scopes is cut, from 0 to 3,650. A client
   * that pauses is observed for at least twice its longest pause: a monthly job needs two months.
   *
   * @defaultValue `30`
   */
  readonly minDays?: number | undefined;
  /**
   * How many requests of a client must have passed before any of its scopes is cut, from 0.
   *
   * @defaultValue `100`
   */
  readonly minRequests?: number | undefined;
}

/**
 * Reports which scopes clients hold and do not need. A scope is kept if a request that passed needed it: of
 * the alternatives of a policy, the first that the token contained.
 *
 * @param usage - A snapshot, or several that were merged.
 * @throws TypeError An option is unknown or out of range.
 * @example
 * const report = reportPrivileges(mergeUsage(...snapshots), { minDays: 60 });
 * const cuts = report.clients.filter(({ advice }) => advice === 'cut');
 */
export function reportPrivileges(
  usage: PrivilegeUsage,
  options: PrivilegeReportOptions = {},
): PrivilegeReport {
  assertKnownOptions('reportPrivileges()', options, ['minDays', 'minRequests']);
  const given = { ...options };
  const minDays = optionalNumber(given, 'minDays', { min: 0, max: 3_650 }) ?? 30;
  const minRequests = optionalNumber(given, 'minRequests', { min: 0, isInteger: true }) ?? 100;
  const { processes } = usage;
  const toMs = processes.reduce((latest, process) => Math.max(latest, process.toMs), -Infinity);
  const fromMs = processes.reduce((first, process) => Math.min(first, process.fromMs), Infinity);
  const verified = combineClients(usage).filter(isVerified).sort(byName);
  const window = { minDays, minRequests, toMs };
  const clients = verified.map((client) => {
    const report = reportClient(client, window, listNeededElsewhere(client, verified, window));
    return { client, report, cut: report.cut };
  });
  return {
    from: formatTimeIfAny(fromMs),
    to: formatTimeIfAny(toMs),
    processes: processes.length,
    restarts: countRestarts(processes),
    clients: clients.map(({ report }) => report),
    routes: reportRoutes(clients, processes.some(hasLostRequests)),
    dropped: processes.reduce((sum, { dropped }) => sum + dropped, 0),
  };
}

function isVerified(client: CombinedClient): client is VerifiedClient {
  return client.issuer !== undefined;
}

function byName(one: VerifiedClient, other: VerifiedClient): number {
  const key = ({ server, issuer, clientId = '' }: VerifiedClient): string =>
    JSON.stringify([server, issuer, clientId]);
  return key(one) < key(other) ? -1 : 1;
}

/** Counts the processes that replaced another: those beyond the most that were observed at one time. */
function countRestarts(processes: readonly ProcessUsage[]): number {
  const starts = processes.map(({ fromMs }) => fromMs).sort((one, other) => one - other);
  const ends = processes.map(({ toMs }) => toMs).sort((one, other) => one - other);
  let ended = 0;
  let mostAtOnce = 0;
  for (const [index, start] of starts.entries()) {
    while ((ends[ended] ?? Infinity) < start) ended += 1;
    mostAtOnce = Math.max(mostAtOnce, index + 1 - ended);
  }
  return processes.length - mostAtOnce;
}
