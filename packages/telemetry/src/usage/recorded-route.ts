/**
 * The requests of one client to one route, while they are recorded.
 *
 * @module
 */
import type { DecisionEvent, TrialVerdict } from '@scopegate/resource-server';
import type { RouteUsage, ScopeTally, TrialTally } from './privilege-usage.js';

/** The members of a decision that usage depends on. */
export type UsageDecision = Pick<
  DecisionEvent,
  'outcome' | 'reason' | 'server' | 'policy' | 'earlier' | 'method' | 'route'
> &
  Pick<DecisionEvent, 'issuer' | 'principal' | 'clientId' | 'held' | 'trial'>;

/** A {@link ScopeTally} that grows. */
export interface Tally {
  readonly scope: string;
  requests: number;
  lastMs: number;
}

/** What the requests of one client to one route need, hold and lack. */
export class RecordedRoute {
  readonly method: string | undefined;
  readonly route: string | undefined;
  readonly policies: readonly number[];
  passed = 0;
  refused = 0;
  others = 0;
  // Arrays are copied by slice() and concat(): one that grows reserves space for 16 more items.
  #held: readonly string[] = NONE;
  #needed: readonly Tally[] = NONE;
  #missing: readonly Tally[] = NONE;
  #trial: RecordedTrial | undefined;
  #reportOnly: RecordedTrial | undefined;

  constructor(
    { method, route }: Pick<UsageDecision, 'method' | 'route'>,
    policies: readonly number[],
  ) {
    this.method = method;
    this.route = route;
    this.policies = policies.slice();
  }

  /** Returns the tallies of needed scopes, which the caller counts. */
  tallyNeeded(scopes: readonly string[]): readonly Tally[] {
    this.#needed = withTallies(this.#needed, scopes);
    return findTallies(this.#needed, scopes);
  }

  /** Returns the tallies of missing scopes, which the caller counts. */
  tallyMissing(scopes: readonly string[]): readonly Tally[] {
    this.#missing = withTallies(this.#missing, scopes);
    return findTallies(this.#missing, scopes);
  }

  /** Adds the scopes of a token that passed. */
  addHeld({ declared, others }: { declared: ReadonlySet<string>; others: number }): void {
    const added = [...declared].filter((scope) => !this.#held.includes(scope));
    if (added.length > 0) this.#held = this.#held.concat(added);
    this.others = Math.max(this.others, others);
  }

  /** Counts the verdict of the policies on trial. */
  countTrial(verdict: TrialVerdict, now: number): void {
    this.#trial ??= new RecordedTrial(now);
    this.#trial.count(verdict, now);
  }

  /** Counts the verdict of a guard that only reports. */
  countReportOnly({ outcome, reason }: UsageDecision, now: number): void {
    this.#reportOnly ??= new RecordedTrial(now);
    const isRefused = outcome === 'unenforced';
    this.#reportOnly.count({ outcome: isRefused ? 'refused' : 'allowed', reason }, now);
  }

  /** Returns what was recorded. */
  usage(): RouteUsage {
    const { method, route, policies, passed, refused, others } = this;
    return {
      method,
      route,
      policies,
      passed,
      refused,
      held: this.#held,
      others,
      needed: copyTallies(this.#needed),
      missing: copyTallies(this.#missing),
      trial: this.#trial?.tally(),
      reportOnly: this.#reportOnly?.tally(),
    };
  }
}

const NONE: readonly never[] = Object.freeze([]);

function withTallies(tallies: readonly Tally[], scopes: readonly string[]): readonly Tally[] {
  const added = scopes.filter((name) => !tallies.some(({ scope }) => scope === name));
  if (added.length === 0) return tallies;
  return tallies.concat(added.map((scope): Tally => ({ scope, requests: 0, lastMs: 0 })));
}

function findTallies(tallies: readonly Tally[], scopes: readonly string[]): readonly Tally[] {
  return tallies.filter(({ scope }) => scopes.includes(scope)).slice();
}

/** A scope may be known before it is counted. */
function copyTallies(tallies: readonly Tally[]): readonly ScopeTally[] {
  return tallies.filter(({ requests }) => requests > 0).map((tally) => ({ ...tally }));
}

/** The verdicts of a trial, while they are recorded. */
class RecordedTrial {
  #allowed = 0;
  #errors = 0;
  readonly #refused = new Map<string, number>();
  #fromMs: number;
  #toMs: number;

  constructor(now: number) {
    this.#fromMs = now;
    this.#toMs = now;
  }

  count(
    { outcome, reason }: Pick<UsageDecision, 'reason'> & Pick<TrialVerdict, 'outcome'>,
    now: number,
  ): void {
    this.#fromMs = Math.min(this.#fromMs, now);
    this.#toMs = Math.max(this.#toMs, now);
    if (outcome === 'allowed') this.#allowed += 1;
    else if (outcome === 'error') this.#errors += 1;
    else {
      const known = reason ?? 'unknown';
      this.#refused.set(known, (this.#refused.get(known) ?? 0) + 1);
    }
  }

  tally(): TrialTally {
    const refused = [...this.#refused].map(([reason, requests]) => ({ reason, requests }));
    const allowed = this.#allowed;
    return { allowed, refused, errors: this.#errors, fromMs: this.#fromMs, toMs: this.#toMs };
  }
}
