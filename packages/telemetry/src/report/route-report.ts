/**
 * Reports what limits on a route would do.
 *
 * @module
 */
import type { GuardPolicy } from '@scopegate/resource-server';
import { listScopes } from '@scopegate/resource-server/internal';
import type { VerifiedClient } from './client-report.js';
import { combineBy, type CombinedRoute, union } from './combined-usage.js';
import type { RouteReport } from './privilege-report.js';
import { formatPolicyKey } from '../usage/recorded-policies.js';

/** A client, and the scopes that it is advised to lose. */
export interface AdvisedClient {
  readonly client: VerifiedClient;
  readonly cut: readonly string[];
}

/** The requests of a client to a route. */
interface RouteOfClient extends AdvisedClient {
  readonly usage: CombinedRoute & { readonly method: string; readonly route: string };
}

/**
 * Reports on every route with a known path that any client has passed.
 *
 * @param hasLost - Whether requests of any client are known to be missing.
 */
export function reportRoutes(
  clients: readonly AdvisedClient[],
  hasLost: boolean,
): readonly RouteReport[] {
  const byRoute = new Map<string, RouteOfClient[]>();
  for (const { client, cut } of clients) {
    for (const usage of client.routes) {
      const { route, passed } = usage;
      // A route for GET also serves HEAD, so its limit must allow both.
      const method = usage.method === 'HEAD' ? 'GET' : usage.method;
      if (method === undefined || route === undefined || passed === 0) continue;
      const key = JSON.stringify([client.server, route, method]);
      const uses = byRoute.get(key) ?? [];
      uses.push({ client, cut, usage: { ...usage, method, route } });
      byRoute.set(key, uses);
    }
  }
  return [...byRoute].sort(byKey).flatMap(([, uses]) => reportRoute(uses, hasLost));
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function reportRoute(uses: readonly RouteOfClient[], hasLost: boolean): RouteReport | [] {
  const [first] = uses;
  if (first === undefined) return [];
  const { method, route } = first.usage;
  const policies = combineBy(
    uses.flatMap(({ usage }) => usage.policies),
    formatPolicyKey,
    (policy) => policy,
  );
  return {
    server: first.client.server,
    method,
    route,
    policies,
    atMost: {
      refusesNobodyToday: !hasLost && uses.every(isKnown) ? listHeld(uses) : undefined,
      afterTheCuts: listHeld(uses, ({ cut }) => cut),
      routeAlone: sorted(policies.flatMap(({ scope }) => (scope ? listScopes(scope) : []))),
    },
    wouldRefuse: listRefused(uses),
  };
}

/** Whether all scopes of the tokens are known by name. */
function isKnown({ client, usage }: RouteOfClient): boolean {
  return client.isIdentified && usage.others === 0;
}

function listHeld(
  uses: readonly RouteOfClient[],
  without: (use: RouteOfClient) => readonly string[] = () => [],
): readonly string[] {
  return sorted(
    uses.flatMap((use) => use.usage.held.filter((scope) => !without(use).includes(scope))),
  );
}

function listRefused(uses: readonly RouteOfClient[]): RouteReport['wouldRefuse'] {
  const refused = uses.flatMap(({ client, usage }): RouteReport['wouldRefuse'] => {
    const limits = usage.policies.flatMap(listLimit);
    const scopes = sorted(
      usage.held.filter((held) => limits.some((limit) => !limit.includes(held))),
    );
    const others = limits.length > 0 ? usage.others : 0;
    const { issuer, clientId } = client;
    return scopes.length === 0 && others === 0 ? [] : [{ issuer, clientId, scopes, others }];
  });
  return combineBy(
    refused,
    ({ issuer, clientId }) => [issuer, clientId],
    (one, other) => ({
      ...one,
      scopes: sorted([...one.scopes, ...other.scopes]),
      others: Math.max(one.others, other.others),
    }),
  );
}

/** The limit of a guard where the resource server refuses scopes that are too many; none without one. */
function listLimit({ scope, atMost }: GuardPolicy): readonly (readonly string[])[] {
  if (atMost !== undefined) return [atMost];
  return scope === undefined ? [] : [listScopes(scope)];
}

function sorted(names: readonly string[]): readonly string[] {
  return [...union(names)].sort();
}
