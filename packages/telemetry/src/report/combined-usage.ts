/**
 * The clients of several processes, each once.
 *
 * @module
 */
import type { GuardPolicy } from '@scopegate/resource-server';
import { mergeDays } from '../usage/day-ranges.js';
import type {
  ClientUsage,
  PrivilegeUsage,
  ProcessUsage,
  RouteUsage,
  ScopeTally,
  TrialTally,
} from '../usage/privilege-usage.js';
import { formatPolicyKey } from '../usage/recorded-policies.js';

/** What one client holds and needs on one route, with the policies themselves. */
export interface CombinedRoute extends Omit<RouteUsage, 'policies'> {
  readonly policies: readonly GuardPolicy[];
}

/** What one client holds and needs, in all processes. */
export interface CombinedClient extends Omit<ClientUsage, 'routes'> {
  readonly routes: readonly CombinedRoute[];
  /** Whether all its requests that passed are known to be among those that were recorded. */
  readonly isComplete: boolean;
}

/** Combines the clients of all processes. */
export function combineClients({ processes }: PrivilegeUsage): readonly CombinedClient[] {
  const clients = processes.flatMap((process) =>
    process.clients.map((client) => withPolicies(client, process)),
  );
  const combined = combineBy(clients, identityOf, combine);
  const leaky = processes.filter(hasLostClients).map(listIdentities);
  const isPartial = processes.some((process) => process.isPartial === true);
  return combined.map((client) => {
    const identity = JSON.stringify(identityOf(client));
    const isComplete = !isPartial && leaky.every((known) => known.has(identity));
    return { ...client, isComplete };
  });
}

function identityOf({ server, issuer, clientId }: ClientUsage | CombinedClient): unknown {
  return [server, issuer, clientId];
}

/** Whether requests that a process has served are known to be missing. */
export function hasLostRequests({ dropped, isPartial }: ProcessUsage): boolean {
  return dropped > 0 || isPartial === true;
}

/** Whether a process had more clients than it could record; those that it recorded are complete. */
function hasLostClients({ clients, dropped }: ProcessUsage): boolean {
  return dropped > clients.reduce((sum, client) => sum + client.dropped, 0);
}

function listIdentities({ clients }: ProcessUsage): ReadonlySet<string> {
  return new Set(clients.map((client) => JSON.stringify(identityOf(client))));
}

function withPolicies(client: ClientUsage, { policies }: ProcessUsage): CombinedClient {
  const routes = client.routes.map((route) => ({
    ...route,
    policies: route.policies.flatMap((index) => policies[index] ?? []),
  }));
  return { ...client, routes, isComplete: true };
}

function combine(one: CombinedClient, other: CombinedClient): CombinedClient {
  const { principals } = one;
  return {
    ...one,
    isIdentified: one.isIdentified && other.isIdentified,
    fromMs: Math.min(one.fromMs, other.fromMs),
    toMs: Math.max(one.toMs, other.toMs),
    requests: one.requests + other.requests,
    passed: one.passed + other.passed,
    principals: {
      client: principals.client + other.principals.client,
      user: principals.user + other.principals.user,
      unknown: principals.unknown + other.principals.unknown,
    },
    days: mergeDays([...one.days, ...other.days]),
    held: union(one.held, other.held),
    others: Math.max(one.others, other.others),
    dropped: one.dropped + other.dropped,
    routes: combineBy(
      [...one.routes, ...other.routes],
      ({ method, route, policies }) => [method, route, policies.map(formatPolicyKey)],
      combineRoutes,
    ),
  };
}

function combineRoutes(one: CombinedRoute, other: CombinedRoute): CombinedRoute {
  return {
    ...one,
    passed: one.passed + other.passed,
    refused: one.refused + other.refused,
    held: union(one.held, other.held),
    others: Math.max(one.others, other.others),
    needed: combineTallies([...one.needed, ...other.needed]),
    missing: combineTallies([...one.missing, ...other.missing]),
    trial: combineTrials(one.trial, other.trial),
    reportOnly: combineTrials(one.reportOnly, other.reportOnly),
  };
}

/** Adds the tallies of each scope. */
export function combineTallies(tallies: readonly ScopeTally[]): readonly ScopeTally[] {
  return combineBy(
    tallies,
    ({ scope }) => scope,
    ({ scope, ...one }, other) => ({
      scope,
      requests: one.requests + other.requests,
      lastMs: Math.max(one.lastMs, other.lastMs),
    }),
  );
}

/** Adds the verdicts of two trials. */
export function combineTrials(
  one: TrialTally | undefined,
  other: TrialTally | undefined,
): TrialTally | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const refused = combineBy(
    [...one.refused, ...other.refused],
    ({ reason }) => reason,
    ({ reason, requests }, again) => ({ reason, requests: requests + again.requests }),
  );
  return {
    allowed: one.allowed + other.allowed,
    refused,
    errors: one.errors + other.errors,
    fromMs: Math.min(one.fromMs, other.fromMs),
    toMs: Math.max(one.toMs, other.toMs),
  };
}

/** Combines the items with equal keys, in the order of the first of each. */
export function combineBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => unknown,
  combinePair: (one: Item, other: Item) => Item,
): readonly Item[] {
  const byKey = new Map<string, Item>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? item : combinePair(known, item));
  }
  return [...byKey.values()];
}

/** Lists each name once. */
export function union(...names: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(names.flat())];
}
