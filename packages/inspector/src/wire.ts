/**
 * What the inspector and its page say to each other. Types alone: the page imports nothing else of the
 * package, and this module neither Node nor the DOM.
 *
 * @module
 */
import type { Fix, TokenExplanation } from '@scopegate/access-token';
import type { DecisionOutcome, TokenSource, TrialVerdict } from '@scopegate/resource-server';
import type { PrivilegeReport } from '@scopegate/telemetry/privileges';

/** The first message of a stream: `event: hello`. */
export interface Hello {
  /** Names the process; another value means that it was restarted. */
  readonly boot: string;
  /** The version of `@scopegate/inspector`. */
  readonly version: string;
  readonly pid: number;
  /** When the process started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** The clock of the process, in milliseconds since the epoch. */
  readonly now: number;
}

/** Scopes of a token: those that the API declares by name, the others counted. */
export interface WireScopes {
  readonly declared: readonly string[];
  readonly others: number;
}

/** A decision; `event: decisions` carries at most 200 of them. Absent members are unknown. */
export interface WireDecision {
  /** Counts the decisions that are kept, from 1; those that are only counted have no number. */
  readonly seq: number;
  /** In milliseconds since the epoch. */
  readonly time: number;
  readonly outcome: DecisionOutcome;
  readonly reason?: string;
  readonly claim?: string;
  readonly problem?: string;
  readonly certificate?: string;
  readonly scheme?: string;
  readonly binding?: string;
  readonly server: string;
  readonly guard: string;
  /** What the guards required, in words, such as `read:analytics` or `any of a, b`. */
  readonly requires?: string;
  readonly issuer?: string;
  readonly claimedIssuer?: string;
  readonly method?: string;
  readonly route?: string;
  readonly source?: TokenSource;
  readonly microseconds: number;
  readonly principal?: string;
  readonly clientId?: string;
  readonly held?: WireScopes;
  readonly excess?: WireScopes;
  readonly trial?: TrialVerdict;
  /** Number of decisions of this kind that were counted and not sent, because there were too many. */
  readonly skipped?: number;
}

/** How many requests ended how, in one slot of the window. */
export interface CounterSlot {
  /** The start of the slot, in milliseconds since the epoch. */
  readonly time: number;
  readonly allowed: number;
  readonly refused: number;
  readonly unavailable: number;
  /** `error` and `unenforced`. */
  readonly other: number;
}

/** A row of the counters: how many requests to a route ended so, within the window. */
export interface CounterRow {
  readonly server: string;
  readonly outcome: DecisionOutcome;
  readonly reason?: string;
  readonly method?: string;
  readonly route?: string;
  readonly count: number;
}

/** `event: counters`, every two seconds while they change. */
export interface Counters {
  /** Length of the window and of a slot, in seconds. */
  readonly windowSeconds: number;
  readonly slotSeconds: number;
  readonly slots: readonly CounterSlot[];
  readonly by: readonly CounterRow[];
}

/** `event: gap`: decisions that this page was not sent. */
export interface Gap {
  readonly missed: number;
}

/** What a reason means: `GET api/reasons` has one for each. */
export interface ReasonText {
  readonly reason: string;
  readonly status: number;
  /** The error code of the challenge, such as `invalid_token`; absent without one. */
  readonly error?: string;
  /** What must hold, in one sentence. */
  readonly description: string;
  /** The sections that require it, such as `RFC 7519 §4.1.4`. */
  readonly sections: readonly string[];
  readonly fixes: readonly Fix[];
}

/** A guard that does not enforce yet. */
export interface ReportOnlyGuard {
  readonly server: string;
  readonly guard: string;
  /** An instant in ISO 8601. */
  readonly until: string;
}

/**
 * `event: key-set`: the keys of an issuer were fetched, or could not be. `GET api/keys` has the details.
 */
export interface KeySetNews {
  readonly issuer: string;
}

/** `GET api/overview`. */
export interface Overview {
  readonly servers: readonly string[];
  readonly reportOnly: readonly ReportOnlyGuard[];
  /** Number of routes without a guard; absent without `app`. */
  readonly openRoutes?: number;
  readonly trials: readonly TrialSummary[];
  /** Absent without a recorder. */
  readonly privileges?: { readonly clients: number; readonly withUnused: number };
  /** Whether `POST api/explain` answers. */
  readonly isExplainOn: boolean;
}

/** What a trial has decided on one route since the process started. */
export interface TrialSummary {
  readonly server: string;
  readonly method?: string;
  readonly route?: string;
  /** What the trial would require, in words. */
  readonly requires: string;
  readonly judged: number;
  readonly wouldRefuse: number;
  /** Clients that would be refused, at most ten; only with `identifyClients`. */
  readonly clients: readonly string[];
}

/** A route of the application: `GET api/routes`. */
export interface WireRoute {
  readonly server: string;
  readonly methods: readonly string[];
  readonly path: string;
  readonly access: string;
  readonly scopes?: string;
  readonly atMost?: string;
  readonly trial?: string;
  readonly reportOnlyUntil?: string;
  /** Requests in the window of the counters. */
  readonly requests: number;
  readonly refused: number;
  readonly isExposed: boolean;
}

/** `GET api/routes`. `error` replaces the table when the audit throws. */
export interface Routes {
  readonly state: 'audited' | 'no-app' | 'failed';
  /** The message of the audit's error; it comes from the code of the application, not from a request. */
  readonly error?: string;
  readonly routes: readonly WireRoute[];
  /** As `scopegate routes` prints them. */
  readonly findings: readonly string[];
  /** The audit as Markdown, to copy. */
  readonly markdown?: string;
}

/** A refresh of a key set, or its failure. */
export interface WireRefresh {
  readonly time: number;
  readonly result: 'changed' | 'unchanged' | 'failed';
  readonly durationMs?: number;
  readonly trigger?: string;
  readonly added?: number;
  readonly withdrawn?: number;
  /** The `code` and the `reason` of the failure, never its message. */
  readonly error?: string;
  readonly retryInMs?: number;
}

/** The key set of an issuer: `GET api/keys`. */
export interface WireKeySet {
  readonly server: string;
  readonly issuer: string;
  readonly state: string;
  readonly keys: number;
  readonly ageMs?: number;
  readonly lifetimeMs?: number;
  readonly skipped: readonly string[];
  readonly lastError?: string;
  /** The last ten, newest first. */
  readonly refreshes: readonly WireRefresh[];
  /** Searches for unknown keys since the process started. */
  readonly unknownKeys: {
    readonly found: number;
    readonly unknown: number;
    readonly budgetSpent: number;
  };
}

/** `GET api/keys`. */
export interface Keys {
  readonly keySets: readonly WireKeySet[];
  /** Introspection endpoints, with their state, as `health()` names it. */
  readonly introspection: readonly {
    readonly server: string;
    readonly issuer: string;
    readonly state: string;
  }[];
}

/** `GET api/privileges`. */
export interface Privileges {
  readonly state: 'no-recorder' | 'empty' | 'not-identified' | 'recorded';
  readonly report?: PrivilegeReport;
  /** The report as Markdown and as CSV, to copy. */
  readonly markdown?: string;
  readonly csv?: string;
}

/** The body of `POST api/explain`, at most 32 KiB. */
export interface ExplainRequest {
  readonly token: string;
  /** One of {@link Overview.servers}. */
  readonly server: string;
  /** Scopes, separated by spaces. */
  readonly scope?: string;
}

/** The answer of `POST api/explain`: the only one that contains values of a token. */
export type Explanation = TokenExplanation;
