/**
 * Random APIs, clients and calls, and what a recorder sees of them.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  allOf,
  anyOf,
  DECISION_CHANNEL,
  type DecisionEvent,
  type ExcessScopesPolicy,
  type ImpliedScopes,
  type ScopeRequirement,
} from '@scopegate/resource-server';
import { formatDecision } from '@scopegate/telemetry/logs';
import {
  createPrivilegeRecorder,
  type PrivilegeReport,
  type PrivilegeUsage,
  reportPrivileges,
} from '@scopegate/telemetry/privileges';
import fc from 'fast-check';
import { createMessageApi, type MessageApi, type Routes } from './message-api.js';
import { DAY_0, DAY_MS } from './recorded-decisions.js';
import { signToken } from './tokens.js';

/** The scopes that the APIs declare; tokens may have `undeclared`, too. */
export const DECLARED = ['a', 'b', 'c', 'd', 'e'] as const;

const IMPLIED: ImpliedScopes = { e: ['d'], d: ['a'] };

/** Every client calls it every five days, so that it is observed without a long pause. */
export const REGULAR = '/regular';

/** The length of the month, in days. */
const DAYS = 30;

/** A call of a client, with one of its tokens. */
export interface Call {
  readonly client: string;
  readonly scopes: readonly string[];
  readonly route: string;
  readonly day: number;
}

/** An API and a month of calls. */
export interface Traffic {
  readonly routes: Routes;
  readonly impliedScopes: ImpliedScopes | undefined;
  readonly excessScopes: ExcessScopesPolicy;
  readonly calls: readonly Call[];
}

const requirements = (hasAlternatives: boolean): fc.Arbitrary<ScopeRequirement> =>
  fc.letrec<{ tree: ScopeRequirement }>((tie) => {
    const parts = fc.array(tie('tree'), { minLength: 1, maxLength: 3 });
    const all = parts.map(([first = 'a', ...others]) => allOf(first, ...others));
    const any = parts.map(([first = 'a', ...others]) => anyOf(first, ...others));
    const inner = hasAlternatives ? [all, any] : [all];
    return { tree: fc.oneof({ maxDepth: 2 }, fc.constantFrom(...DECLARED), ...inner) };
  }).tree;

const policies = (hasAlternatives: boolean): fc.Arbitrary<Routes[string][number]> =>
  fc.oneof(
    requirements(hasAlternatives).map((scope) => ({ scope })),
    fc.constant({ principal: 'client' as const }),
  );

const callsOf = (paths: readonly string[]): fc.Arbitrary<Call[]> =>
  fc.array(
    fc.record({
      client: fc.constantFrom('one', 'two', 'three'),
      scopes: fc.subarray([...DECLARED, 'undeclared']),
      route: fc.constantFrom(...paths),
      day: fc.nat({ max: DAYS }),
    }),
    { minLength: 1, maxLength: 30 },
  );

/** Generates an API and a month of calls; without alternatives, every scope of a requirement is needed. */
export function arbitraryTraffic(hasAlternatives: boolean): fc.Arbitrary<Traffic> {
  return fc
    .dictionary(
      fc.constantFrom('/1', '/2', '/3', '/4'),
      fc.array(policies(hasAlternatives), { minLength: 1, maxLength: 2 }),
      { minKeys: 1 },
    )
    .chain((routes) =>
      fc.record({
        routes: fc.constant<Routes>({ ...routes, [REGULAR]: [] }),
        impliedScopes: hasAlternatives
          ? fc.constantFrom(undefined, IMPLIED)
          : fc.constant(undefined),
        excessScopes: fc.constantFrom<ExcessScopesPolicy[]>('ignore', 'report'),
        calls: callsOf(Object.keys(routes)),
      }),
    );
}

/** Creates the API of the traffic. */
export function apiOf(traffic: Traffic, changes: Partial<Traffic> = {}): MessageApi {
  const { routes, impliedScopes, excessScopes } = { ...traffic, ...changes };
  return createMessageApi(routes, { scopes: DECLARED, impliedScopes, excessScopes });
}

const tokens = new Map<string, string>();

/** Returns a token of a client with scopes. */
export function tokenOf(client: string, scopes: readonly string[]): string {
  const key = `${client}:${scopes.join(' ')}`;
  const token =
    tokens.get(key) ?? signToken({ client_id: client, sub: client, scope: scopes.join(' ') });
  tokens.set(key, token);
  return token;
}

/** What was seen of traffic. */
export interface Observed {
  readonly usage: PrivilegeUsage;
  readonly report: PrivilegeReport;
  /** The decisions as a logger writes them. */
  readonly lines: readonly string[];
  /** The calls that passed all guards. */
  readonly passed: readonly Call[];
}

const observations = new Map<string, Observed>();

/** Observes traffic, once: every property checks the same. */
export function observeTraffic(traffic: Traffic): Observed {
  const key = JSON.stringify(traffic);
  const observed = observations.get(key) ?? observe(traffic);
  observations.set(key, observed);
  return observed;
}

/** Sends the calls through the guards of the API, and those to {@link REGULAR}, while a recorder observes. */
function observe(traffic: Traffic): Observed {
  let now = DAY_0;
  const api = apiOf(traffic);
  const recorder = createPrivilegeRecorder({ clock: () => now });
  const lines: string[] = [];
  const write = (event: unknown): void => {
    const record = formatDecision(event as DecisionEvent); // the channel has no other messages
    lines.push(JSON.stringify({ time: now, ...record }));
  };
  subscribe(DECISION_CHANNEL, write);
  const clients = [...new Set(traffic.calls.map(({ client }) => client))];
  const regular = Array.from({ length: DAYS / 5 + 1 }, (_, index) =>
    clients.map((client): Call => ({ client, scopes: [], route: REGULAR, day: 5 * index })),
  );
  const calls = [...regular.flat(), ...traffic.calls].sort((one, other) => one.day - other.day);
  const passed = calls.filter(({ client, scopes, route, day }) => {
    now = DAY_0 + day * DAY_MS;
    return api.passes(route, tokenOf(client, scopes));
  });
  now = DAY_0 + DAYS * DAY_MS;
  const usage = recorder.snapshot();
  recorder.close();
  unsubscribe(DECISION_CHANNEL, write);
  api.server.close();
  const report = reportPrivileges(usage, { minDays: 30, minRequests: 1 });
  return { usage, report, lines, passed };
}
