import type { ScopeRequirement } from '@scopegate/resource-server';
import {
  type ClientReport,
  createUsageReader,
  reportPrivileges,
  type RouteReport,
} from '@scopegate/telemetry/privileges';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apiOf,
  arbitraryTraffic,
  type Call,
  REGULAR,
  DECLARED,
  type Observed,
  observeTraffic,
  tokenOf,
  type Traffic,
} from '../../support/message-traffic.js';

const RUNS = { seed: 20_261_122, numRuns: 80 };

/** Checks a property of every API and what was observed of it. */
function forAllTraffic(
  check: (observed: Observed, traffic: Traffic) => void,
  hasAlternatives = true,
): void {
  fc.assert(
    fc.property(arbitraryTraffic(hasAlternatives), (traffic) => {
      check(observeTraffic(traffic), traffic);
    }),
    RUNS,
  );
}

const isDeclared = (scope: string): boolean => DECLARED.some((declared) => declared === scope);

function reportOf({ report }: Observed, client: string): ClientReport {
  const found = report.clients.find(({ clientId }) => clientId === client);
  if (found === undefined) throw new Error(`no report on ${client}`);
  return found;
}

/** The scopes by which a token satisfies a requirement: the first alternative that it has. */
function chooseScopes(
  requirement: ScopeRequirement,
  held: readonly string[],
): readonly string[] | undefined {
  if (typeof requirement === 'string')
    return held.includes(requirement) ? [requirement] : undefined;
  const chosen = requirement.parts.map((part) => chooseScopes(part, held));
  if (requirement.kind === 'anyOf') return chosen.find((scopes) => scopes !== undefined);
  return chosen.includes(undefined) ? undefined : chosen.flatMap((scopes) => scopes ?? []);
}

/** The clients of calls that a predicate selects. */
function clientsOf(calls: readonly Call[], isSelected: (call: Call) => boolean): string[] {
  return [...new Set(calls.filter(isSelected).map(({ client }) => client))].sort();
}

describe('least privilege of random APIs, with their guards', () => {
  it('observes every client long enough to advise', () => {
    forAllTraffic((observed) => {
      for (const { advice, cut } of observed.report.clients) {
        expect(advice).toBe(cut.length > 0 ? 'cut' : 'fits');
      }
    });
  });

  it('cuts exactly the scopes that no request needed', () => {
    forAllTraffic((observed, traffic) => {
      const { server } = apiOf(traffic);
      for (const { clientId = '', cut } of observed.report.clients) {
        const calls = traffic.calls.filter(({ client }) => client === clientId);
        const passed = observed.passed.filter(({ client }) => client === clientId);
        const needed = passed.flatMap(({ route, scopes }) =>
          (traffic.routes[route] ?? []).flatMap((policy) => {
            const { scope, expandedScope } = server.require(policy).policy;
            const requirement = expandedScope ?? scope;
            return requirement === undefined ? [] : (chooseScopes(requirement, scopes) ?? []);
          }),
        );
        const lacked = reportOf(observed, clientId).scopes.filter(
          ({ state }) => state === 'missing',
        );
        const kept = new Set([...needed, ...lacked.map(({ name }) => name)]);
        const held = new Set(calls.flatMap(({ scopes }) => scopes.filter(isDeclared)));
        expect(new Set(cut)).toEqual(new Set([...held].filter((scope) => !kept.has(scope))));
      }
    });
  });

  it('lets every recorded request pass when the clients have lost what the report cuts', () => {
    forAllTraffic((observed, traffic) => {
      const { passes } = apiOf(traffic);
      for (const { client, scopes, route } of observed.passed) {
        const { cut } = reportOf(observed, client);
        const reduced = scopes.filter((scope) => isDeclared(scope) && !cut.includes(scope));
        expect(passes(route, tokenOf(client, reduced))).toBe(true);
      }
    });
  });

  it('keeps no scope whose loss would refuse nothing, where routes have no alternatives', () => {
    forAllTraffic((observed, traffic) => {
      const { passes } = apiOf(traffic);
      for (const { clientId = '', scopes } of observed.report.clients) {
        const calls = observed.passed.filter(({ client }) => client === clientId);
        for (const { name } of scopes.filter(({ state }) => state === 'used')) {
          const isRefused = ({ route, scopes: held }: Call): boolean =>
            !passes(
              route,
              tokenOf(
                clientId,
                held.filter((scope) => scope !== name),
              ),
            );
          expect(calls.some(isRefused)).toBe(true);
        }
      }
    }, false);
  });

  it('reports the same from a decision log as from a snapshot, and from its JSON', () => {
    forAllTraffic(({ usage, report, lines }) => {
      const options = { minDays: 30, minRequests: 1 };
      const read = (texts: readonly string[]): unknown => {
        const reader = createUsageReader();
        for (const line of texts) reader.readLine(line);
        expect(reader.lines()).toMatchObject({ undated: 0, unknown: 0 });
        return reportPrivileges(reader.usage(), options);
      };
      expect(read(lines)).toEqual(report);
      expect(read([JSON.stringify(usage)])).toEqual(report);
    });
  });

  it('names exactly the clients that excessScopes would refuse', () => {
    forAllTraffic((observed, traffic) => {
      const { passes } = apiOf(traffic, { excessScopes: 'refuse' });
      forAllRoutes(observed, (route, calls) => {
        const refused = clientsOf(
          calls,
          (call) => !passes(call.route, tokenOf(call.client, call.scopes)),
        );
        expect(route.wouldRefuse.map(({ clientId }) => clientId).sort()).toEqual(refused);
      });
    });
  });
});

/** Visits every route of the report, with its requests that passed. */
function forAllRoutes(
  { report, passed }: Observed,
  visit: (route: RouteReport, calls: readonly Call[]) => void,
): void {
  for (const route of report.routes.filter(({ route: path }) => path !== REGULAR)) {
    visit(
      route,
      passed.filter((call) => call.route === route.route),
    );
  }
}

describe('atMost of the least-privilege report', () => {
  /** Whether a route that has the limit refuses a token that passed it before. */
  const refusesWith =
    (traffic: Traffic, atMost: readonly string[]) =>
    ({ client, scopes, route }: Call): boolean => {
      const routes = { ...traffic.routes, [route]: [...(traffic.routes[route] ?? []), { atMost }] };
      return !apiOf(traffic, { routes }).passes(route, tokenOf(client, scopes));
    };

  it('refuses no request that was seen, and no smaller limit does so', () => {
    forAllTraffic((observed, traffic) => {
      forAllRoutes(observed, ({ atMost: { refusesNobodyToday: limit } }, calls) => {
        if (limit === undefined) {
          expect(calls.some(({ scopes }) => scopes.includes('undeclared'))).toBe(true);
        } else if (limit.length > 0) {
          expect(calls.filter(refusesWith(traffic, limit))).toEqual([]);
          for (const name of limit) {
            const smaller = limit.filter((scope) => scope !== name);
            if (smaller.length === 0) continue;
            expect(calls.some(refusesWith(traffic, smaller))).toBe(true);
          }
        }
      });
    });
  });

  it('refuses no client that has lost what the report cuts', () => {
    forAllTraffic((observed, traffic) => {
      forAllRoutes(observed, ({ atMost: { afterTheCuts } }, calls) => {
        const reduced = calls.map((call) => {
          const { cut } = reportOf(observed, call.client);
          const scopes = call.scopes.filter((scope) => isDeclared(scope) && !cut.includes(scope));
          return { ...call, scopes };
        });
        if (afterTheCuts.length === 0) {
          expect(reduced.flatMap(({ scopes }) => scopes)).toEqual([]);
        } else expect(reduced.filter(refusesWith(traffic, afterTheCuts))).toEqual([]);
      });
    });
  });

  it('refuses exactly the clients that the report names, with what a single guard requires', () => {
    forAllTraffic((observed, traffic) => {
      forAllRoutes(observed, ({ route, atMost: { routeAlone }, wouldRefuse }, calls) => {
        if ((traffic.routes[route] ?? []).length > 1 || routeAlone.length === 0) return;
        const refused = clientsOf(calls, refusesWith(traffic, routeAlone));
        expect(wouldRefuse.map(({ clientId }) => clientId).sort()).toEqual(refused);
      });
    });
  });
});
