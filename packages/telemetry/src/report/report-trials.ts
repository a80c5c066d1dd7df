/**
 * Reports whether policies on trial can be enforced.
 *
 * @module
 */
import { assertKnownOptions, formatCount, optionalNumber } from '@scopegate/protocol/internal';
import type { GuardPolicy } from '@scopegate/resource-server';
import { DAY_MS } from '../usage/day-ranges.js';
import type { PrivilegeUsage, ReasonTally, TrialTally } from '../usage/privilege-usage.js';
import { formatPolicyKey } from '../usage/recorded-policies.js';
import {
  type CombinedClient,
  combineClients,
  type CombinedRoute,
  combineTrials,
  hasLostRequests,
} from './combined-usage.js';
import { formatTime, formatTimeIfAny } from './report-times.js';
import type { RefusedClient, RouteTrial, TrialReport } from './trial-report.js';

/** Options of {@link reportTrials}. */
export interface TrialReportOptions {
  /**
   * For how many days a trial must be observed before it is ready, from 0 to 3,650.
   *
   * @defaultValue `7`
   */
  readonly minDays?: number | undefined;
}

/** What is known about the observation of all trials. */
interface TrialWindow {
  readonly minDays: number;
  /** When the observation of all processes ended, in ms since the epoch. */
  readonly toMs: number;
  /** Whether requests are known to be missing. */
  readonly hasLost: boolean;
}

const LOST =
  'verdicts may be missing: requests did not fit the bounds of a recorder, or a log leaves out what was allowed';

/** The verdicts of one trial on the requests of one client. */
interface Verdicts extends Pick<RouteTrial, 'server' | 'method' | 'route' | 'kind' | 'policies'> {
  readonly tally: TrialTally;
  readonly client: CombinedClient;
}

/**
 * Reports whether policies on trial, and guards that only report, can be enforced.
 *
 * @param usage - A snapshot, or several that were merged.
 * @throws TypeError An option is unknown or out of range.
 * @example
 * const { trials } = reportTrials(recorder.snapshot());
 * const isReady = trials.every(({ advice }) => advice === 'ready');
 */
export function reportTrials(usage: PrivilegeUsage, options: TrialReportOptions = {}): TrialReport {
  assertKnownOptions('reportTrials()', options, ['minDays']);
  const minDays = optionalNumber({ ...options }, 'minDays', { min: 0, max: 3_650 }) ?? 7;
  const { processes } = usage;
  const toMs = processes.reduce((latest, process) => Math.max(latest, process.toMs), -Infinity);
  const fromMs = processes.reduce((first, process) => Math.min(first, process.fromMs), Infinity);
  const byTrial = new Map<string, Verdicts[]>();
  for (const verdicts of combineClients(usage).flatMap(listVerdicts)) {
    const key = keyOf(verdicts);
    byTrial.set(key, [...(byTrial.get(key) ?? []), verdicts]);
  }
  const hasLost = processes.some(hasLostRequests);
  const groups = [...byTrial].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    from: formatTimeIfAny(fromMs),
    to: formatTimeIfAny(toMs),
    processes: processes.length,
    trials: groups.flatMap(([, verdicts]) => reportTrial(verdicts, { minDays, toMs, hasLost })),
    dropped: processes.reduce((sum, { dropped }) => sum + dropped, 0),
  };
}

function keyOf({ server, method, route, kind, policies }: Verdicts): string {
  return JSON.stringify([server, route, method, kind, policies.map(formatPolicyKey)]);
}

function listVerdicts(client: CombinedClient): readonly Verdicts[] {
  return client.routes.flatMap((usage) => {
    const { method, route, trial, reportOnly } = usage;
    const where = { server: client.server, method, route, client };
    const policies = listTrials(usage);
    const reporting = usage.policies.filter((policy) => policy.reportOnlyUntil !== undefined);
    const verdicts: Verdicts[] = [];
    if (trial) verdicts.push({ ...where, kind: 'trial', policies, tally: trial });
    if (reportOnly) {
      verdicts.push({ ...where, kind: 'report_only', policies: reporting, tally: reportOnly });
    }
    return verdicts;
  });
}

function listTrials({ policies }: CombinedRoute): readonly GuardPolicy[] {
  return policies.flatMap(({ trial }) => trial ?? []);
}

function reportTrial(verdicts: readonly Verdicts[], window: TrialWindow): RouteTrial | [] {
  const [first] = verdicts;
  const tally = verdicts.reduce<TrialTally | undefined>(
    (sum, each) => combineTrials(sum, each.tally),
    undefined,
  );
  if (first === undefined || tally === undefined) return [];
  const { server, method, route, kind, policies } = first;
  const { allowed, errors, fromMs, toMs } = tally;
  const refused = sumOf(tally.refused);
  return {
    server,
    method,
    route,
    kind,
    policies,
    from: formatTime(fromMs),
    to: formatTime(toMs),
    allowed,
    refused,
    errors,
    clients: verdicts.flatMap(listRefused).sort(byRequests),
    ...advise({ allowed, refused, errors }, { ...window, fromMs }),
  };
}

function listRefused({ client, tally }: Verdicts): readonly RefusedClient[] {
  const { issuer, clientId } = client;
  return tally.refused.length === 0 ? [] : [{ issuer, clientId, refused: tally.refused }];
}

function byRequests(one: RefusedClient, other: RefusedClient): number {
  return sumOf(other.refused) - sumOf(one.refused);
}

function advise(
  { allowed, refused, errors }: Pick<RouteTrial, 'allowed' | 'refused' | 'errors'>,
  { minDays, fromMs, toMs, hasLost }: TrialWindow & { readonly fromMs: number },
): Pick<RouteTrial, 'advice' | 'because'> {
  if (refused > 0) {
    const requests = formatCount(allowed + refused, 'request');
    return { advice: 'refuses', because: `it would have refused ${refused} of ${requests}` };
  }
  // Once the policy is enforced, what fails is not allowed.
  if (errors > 0) {
    return { advice: 'watch', because: `the trial itself failed ${formatCount(errors, 'time')}` };
  }
  if (hasLost) return { advice: 'watch', because: LOST };
  const days = Math.floor((toMs - fromMs) / DAY_MS);
  if (days < minDays) {
    const because = `it was observed for ${days} of ${formatCount(minDays, 'day')}`;
    return { advice: 'watch', because };
  }
  const because = `it would have allowed all ${formatCount(allowed, 'request')} in ${formatCount(days, 'day')}`;
  return { advice: 'ready', because };
}

function sumOf(tallies: readonly ReasonTally[]): number {
  return tallies.reduce((sum, { requests }) => sum + requests, 0);
}
