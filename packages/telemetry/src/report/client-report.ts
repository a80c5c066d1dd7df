/**
 * Reports which scopes one client uses, and which it could lose.
 *
 * @module
 */
import { formatCount } from '@scopegate/protocol/internal';
import { listScopes } from '@scopegate/resource-server/internal';
import {
  type CombinedClient,
  type CombinedRoute,
  combineTallies,
  union,
} from './combined-usage.js';
import { daysObserved, findObservationGap, type RequiredWindow } from './observation-window.js';
import type { ClientReport, ScopeUse } from './privilege-report.js';
import { formatTime } from './report-times.js';

/** A client with a verified token. */
export type VerifiedClient = CombinedClient & { readonly issuer: string };

/**
 * Reports what one client uses.
 *
 * @param elsewhere - The scopes that it needs at other resource servers, or may need there.
 */
export function reportClient(
  client: VerifiedClient,
  window: RequiredWindow,
  elsewhere: ReadonlySet<string>,
): ClientReport {
  const { server, issuer, clientId, fromMs, toMs, requests, others, principals } = client;
  const scopes = listUses(client);
  const unused = scopes
    .filter(({ state }) => state === 'unused' || state === 'alternative')
    .map(({ name }) => name);
  const spared = unused.filter((name) => elsewhere.has(name));
  const gap = findObservationGap(client, window);
  const advice = gap !== undefined ? 'watch' : unused.length > spared.length ? 'cut' : 'fits';
  const cut = advice === 'cut' ? unused.filter((name) => !elsewhere.has(name)) : [];
  return {
    server,
    issuer,
    clientId,
    from: formatTime(fromMs),
    to: formatTime(toMs),
    requests,
    principals,
    scopes,
    others,
    advice,
    cut,
    because: gap ?? explain({ cut, spared, seen: formatSeen(client, window) }),
  };
}

/**
 * Lists the scopes that a client must keep because of the other resource servers of the report. Authorization
 * servers grant scopes to clients, not to clients of one resource server.
 */
export function listNeededElsewhere(
  client: VerifiedClient,
  clients: readonly VerifiedClient[],
  window: RequiredWindow,
): ReadonlySet<string> {
  const { server, issuer, clientId } = client;
  const others = clients.filter(
    (other) => other.issuer === issuer && other.clientId === clientId && other.server !== server,
  );
  return new Set(
    others.flatMap((other) => {
      if (findObservationGap(other, window) !== undefined) return other.held;
      return other.routes.flatMap(({ needed, missing }) =>
        [...needed, ...missing].map(({ scope }) => scope),
      );
    }),
  );
}

function formatSeen(client: CombinedClient, { toMs }: RequiredWindow): string {
  return `${formatCount(client.requests, 'request')} in ${formatCount(daysObserved(client, toMs), 'day')}`;
}

function explain({
  cut,
  spared,
  seen,
}: Readonly<Record<'cut' | 'spared', readonly string[]>> & { readonly seen: string }): string {
  const kept = `another resource server may need ${spared.join(', ')}`;
  if (cut.length === 0) {
    return spared.length === 0 ? 'it needed every declared scope that it holds' : kept;
  }
  const superfluous = `no request needed ${cut.join(', ')}: ${seen}`;
  return spared.length === 0 ? superfluous : `${superfluous}; ${kept}`;
}

function listUses({ held, routes }: CombinedClient): readonly ScopeUse[] {
  const needed = combineTallies(routes.flatMap((route) => route.needed));
  const missing = combineTallies(routes.flatMap((route) => route.missing));
  const names = union(
    held,
    [...needed, ...missing].map(({ scope }) => scope),
  );
  return [...names].sort().map((name) => {
    const used = needed.find(({ scope }) => scope === name);
    const lacked = missing.find(({ scope }) => scope === name);
    const state = stateOf(name, { used, lacked, routes });
    return {
      name,
      state,
      requests: (used?.requests ?? 0) + (lacked?.requests ?? 0),
      lastUsed: used && formatTime(used.lastMs),
      routes: [
        ...union(routes.filter((route) => concerns(route, name, state)).map(formatRoute)),
      ].sort(),
    };
  });
}

interface Findings {
  readonly used: object | undefined;
  readonly lacked: object | undefined;
  readonly routes: readonly CombinedRoute[];
}

function stateOf(name: string, { used, lacked, routes }: Findings): ScopeUse['state'] {
  if (used !== undefined) return 'used';
  if (lacked !== undefined) return 'missing';
  return routes.some((route) => accepts(route, name)) ? 'alternative' : 'unused';
}

function concerns(route: CombinedRoute, name: string, state: ScopeUse['state']): boolean {
  if (state === 'used') return route.needed.some(({ scope }) => scope === name);
  if (state === 'missing') return route.missing.some(({ scope }) => scope === name);
  return accepts(route, name);
}

/** Whether a route that the client passed accepts a scope. */
function accepts({ passed, policies }: CombinedRoute, name: string): boolean {
  if (passed === 0) return false;
  return policies.some(({ scope, expandedScope }) => {
    const requirement = expandedScope ?? scope;
    return requirement !== undefined && listScopes(requirement).includes(name);
  });
}

/** Formats the method and the declared path of a route. */
export function formatRoute({ method, route }: Pick<CombinedRoute, 'method' | 'route'>): string {
  return `${method ?? '(unknown method)'} ${route ?? '(unknown route)'}`;
}
