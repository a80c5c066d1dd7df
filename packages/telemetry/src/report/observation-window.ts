/**
 * Whether a client was observed long enough to know what it needs.
 *
 * @module
 */
import { formatCount } from '@scopegate/protocol/internal';
import { DAY_MS, dayOf, findLongestGap } from '../usage/day-ranges.js';
import type { CombinedClient } from './combined-usage.js';

/** How long a client has to be observed. */
export interface RequiredWindow {
  /** In days. */
  readonly minDays: number;
  /** Number of requests that passed. */
  readonly minRequests: number;
  /** When the observation of all processes ended, in ms since the epoch. */
  readonly toMs: number;
}

/** Returns for how long a client was observed, in whole days. */
export function daysObserved({ fromMs }: Pick<CombinedClient, 'fromMs'>, toMs: number): number {
  return Math.floor((toMs - fromMs) / DAY_MS);
}

/**
 * Finds what is still missing to know what a client needs.
 *
 * @returns A clause; `undefined` when the client was observed long enough.
 */
export function findObservationGap(
  client: CombinedClient,
  window: RequiredWindow,
): string | undefined {
  return findUnknown(client) ?? findShortfall(client, window);
}

/** What cannot be known of a client, however long it is observed. */
function findUnknown(client: CombinedClient): string | undefined {
  if (!client.isIdentified) {
    return 'the scopes of its tokens are unknown; set "identifyClients: true" in the options of the resource server';
  }
  if (client.clientId === undefined) {
    return 'the tokens name no client, so they may belong to several clients';
  }
  if (client.dropped > 0) {
    return `${formatCount(client.dropped, 'request')} did not fit the bounds of the recorder; increase "maxRoutesPerClient"`;
  }
  if (!client.isComplete) {
    return 'requests of it may be missing: a log leaves out what was allowed, or a process had more clients than it could record';
  }
  if (client.routes.some(requiresUndeclared)) {
    return 'its routes require scopes that the resource server does not declare; list them in its option "scopes"';
  }
  return undefined;
}

/** Whether tokens passed by scopes that the API does not declare, which events do not name. */
function requiresUndeclared({
  passed,
  policies,
  needed,
}: CombinedClient['routes'][number]): boolean {
  const enforced = policies.filter(({ reportOnlyUntil }) => reportOnlyUntil === undefined);
  return passed > 0 && needed.length === 0 && enforced.some(({ scope }) => scope !== undefined);
}

function findShortfall(
  client: CombinedClient,
  { minDays, minRequests, toMs }: RequiredWindow,
): string | undefined {
  const { passed, fromMs, days } = client;
  if (passed < minRequests)
    return `${formatCount(passed, 'request')} of it passed, and ${minRequests} are needed`;
  const observed = daysObserved(client, toMs);
  if (observed < minDays)
    return `it was observed for ${observed} of ${formatCount(minDays, 'day')}`;
  const gap = findLongestGap(days, dayOf(fromMs), dayOf(toMs));
  if (observed >= 2 * gap) return undefined;
  return `it was observed for ${formatCount(observed, 'day')} and made no requests for ${gap} of them; observe it for ${2 * gap} days`;
}
