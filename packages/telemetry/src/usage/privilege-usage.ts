/**
 * What clients were seen to hold and to need, as JSON: what a recorder writes and a report reads.
 *
 * @module
 */
import type { Principal } from '@scopegate/access-token';
import type { GuardPolicy } from '@scopegate/resource-server';

/** The value of {@link PrivilegeUsage.scopegate}. */
export const USAGE_FORMAT = 'usage/1';

/**
 * What clients were seen to hold and to need; JSON. It contains no token, no claim value but the client id,
 * and no scope that the API does not declare.
 *
 * @example
 * await writeFile('usage.json', JSON.stringify(recorder.snapshot()));
 */
export interface PrivilegeUsage {
  /** The format and its version. */
  readonly scopegate: typeof USAGE_FORMAT;
  /** One entry for each process, sorted by `boot`. */
  readonly processes: readonly ProcessUsage[];
}

/** What one process has seen since its recorder was created. */
export interface ProcessUsage {
  /** Names the recorder; random. */
  readonly boot: string;
  /** When the recorder was created, or the time of the first decision of a log. In ms since the epoch. */
  readonly fromMs: number;
  /** When the snapshot was taken, or the time of the last decision of a log. In ms since the epoch. */
  readonly toMs: number;
  /** Number of decisions that were seen; it only grows. */
  readonly decisions: number;
  /** Number of decisions that did not fit the bounds. */
  readonly dropped: number;
  /**
   * Whether requests that passed are known to be missing: a log may leave them out. Absent when none are known
   * to be.
   */
  readonly isPartial?: boolean | undefined;
  /** Each policy once; routes refer to them by index. */
  readonly policies: readonly GuardPolicy[];
  /** The clients, in the order of their first requests. */
  readonly clients: readonly ClientUsage[];
}

/** What one client was seen to hold and to need at one resource server. */
export interface ClientUsage {
  /** The name of the resource server. */
  readonly server: string;
  /** The issuer, as configured; absent for requests without a verified token, which only trials count. */
  readonly issuer?: string | undefined;
  /** Absent when the token names no client, or the resource server does not set `identifyClients`. */
  readonly clientId?: string | undefined;
  /** Whether the scopes of the tokens are known, which requires `identifyClients`. */
  readonly isIdentified: boolean;
  /** The first request, in ms since the epoch. */
  readonly fromMs: number;
  /** The last request, in ms since the epoch. */
  readonly toMs: number;
  /** Number of requests with a verified token. */
  readonly requests: number;
  /** Number of those that reached the handler. */
  readonly passed: number;
  /** The requests by whom the client acted for. */
  readonly principals: Readonly<Record<Principal, number>>;
  /** The days with a request that passed, as ranges of days since the epoch (UTC), ascending. */
  readonly days: readonly DayRange[];
  /** The declared scopes that any of its tokens contained. */
  readonly held: readonly string[];
  /** The largest number of undeclared scopes in one token. */
  readonly others: number;
  /** Number of its requests that did not fit the bounds. */
  readonly dropped: number;
  /** What it held and needed on each route. */
  readonly routes: readonly RouteUsage[];
}

/** The first and the last day of a range, both included, in days since the epoch (UTC). */
export type DayRange = readonly [first: number, last: number];

/** The requests of one client to one route under the same policies. */
export interface RouteUsage {
  /** The request method; absent when it is unknown. */
  readonly method?: string | undefined;
  /** The declared path; absent when it is unknown. */
  readonly route?: string | undefined;
  /** Indexes into {@link ProcessUsage.policies}, in the order in which the guards ran. */
  readonly policies: readonly number[];
  /** Number of requests that passed. */
  readonly passed: number;
  /** Number of requests that were refused. */
  readonly refused: number;
  /** The declared scopes of the tokens that passed. */
  readonly held: readonly string[];
  /** The largest number of undeclared scopes in a token that passed. */
  readonly others: number;
  /** The scopes that its requests needed. */
  readonly needed: readonly ScopeTally[];
  /** The scopes that its refused requests lacked. */
  readonly missing: readonly ScopeTally[];
  /** What the policies on trial would have decided; absent without a trial. */
  readonly trial?: TrialTally | undefined;
  /** What the guards that only report would have decided; absent without such a guard. */
  readonly reportOnly?: TrialTally | undefined;
}

/** How often a scope was needed or missing. */
export interface ScopeTally {
  /** A scope that the API declares. */
  readonly scope: string;
  /** Number of requests. */
  readonly requests: number;
  /** The last time, in ms since the epoch. */
  readonly lastMs: number;
}

/** The verdicts of a trial. */
export interface TrialTally {
  /** Number of requests that would have been allowed. */
  readonly allowed: number;
  /** Number of requests that would have been refused, by reason. */
  readonly refused: readonly ReasonTally[];
  /** Number of times the trial itself failed. */
  readonly errors: number;
  /** The first verdict, in ms since the epoch. */
  readonly fromMs: number;
  /** The last verdict, in ms since the epoch. */
  readonly toMs: number;
}

/** How often a trial would have refused a request for one reason. */
export interface ReasonTally {
  /** The reason, as decision events have it; `unknown` without one. */
  readonly reason: string;
  /** Number of requests. */
  readonly requests: number;
}
