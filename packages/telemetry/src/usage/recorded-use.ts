/**
 * The requests to one route with one set of scopes: each of them needs and lacks the same scopes, so that
 * they are computed once.
 *
 * @module
 */
import type { GuardPolicy } from '@scopegate/resource-server';
import { listMissing, listNeeded } from './needed-scopes.js';
import type { RecordedRoute, Tally, UsageDecision } from './recorded-route.js';

/** The scopes of a token. */
export interface HeldScopes {
  /** The scopes that the API declares. */
  readonly declared: ReadonlySet<string>;
  /** Number of the others. */
  readonly others: number;
}

/** The requests to one route with one set of scopes. */
export class RecordedUse {
  readonly #recorded: RecordedRoute;
  readonly #held: HeldScopes;
  readonly #method: string | undefined;
  readonly #policy: GuardPolicy | undefined;
  readonly #earlier: readonly GuardPolicy[];
  readonly #hasReportOnly: boolean;
  #needed: readonly Tally[] | undefined;
  #missing: readonly Tally[] | undefined;
  #hasPassed = false;

  constructor(decision: UsageDecision, recorded: RecordedRoute, held: HeldScopes) {
    const { method, policy, earlier } = decision;
    this.#recorded = recorded;
    this.#held = held;
    this.#method = method;
    this.#policy = policy;
    this.#earlier = earlier;
    this.#hasReportOnly = listPolicies(decision).some((each) => each.reportOnlyUntil !== undefined);
  }

  /** Whether a decision on the same route, with the same scopes, belongs here. */
  isOf({ method, policy, earlier }: UsageDecision): boolean {
    const own = this.#earlier;
    if (policy !== this.#policy || method !== this.#method) return false;
    if (own === earlier) return true;
    return own.length === earlier.length && own.every((policy, at) => policy === earlier[at]);
  }

  /** Counts a request. */
  count(decision: UsageDecision, now: number): void {
    const { outcome, reason, trial } = decision;
    if (outcome === 'refused') this.#recorded.refused += 1;
    else this.#pass(decision, now);
    // Without the scopes that are too many, such a request passes, and needs the others.
    if (outcome !== 'refused' || reason === 'excess_scope') countAll(this.#listNeeded(), now);
    if (isLacking(reason)) countAll(this.#listMissing(), now);
    if (trial !== undefined) this.#recorded.countTrial(trial, now);
  }

  #pass(decision: UsageDecision, now: number): void {
    this.#recorded.passed += 1;
    if (!this.#hasPassed) this.#recorded.addHeld(this.#held);
    this.#hasPassed = true;
    if (this.#hasReportOnly) this.#recorded.countReportOnly(decision, now);
  }

  #listNeeded(): readonly Tally[] {
    const policies = listPolicies({ policy: this.#policy, earlier: this.#earlier });
    this.#needed ??= this.#recorded.tallyNeeded(listNeeded(policies, this.#held.declared));
    return this.#needed;
  }

  #listMissing(): readonly Tally[] {
    const missing =
      this.#policy === undefined ? [] : listMissing(this.#policy, this.#held.declared);
    this.#missing ??= this.#recorded.tallyMissing(missing);
    return this.#missing;
  }
}

/** Lists all policies that a request needed to satisfy, in order. */
export function listPolicies({
  policy,
  earlier,
}: Pick<UsageDecision, 'policy' | 'earlier'>): readonly GuardPolicy[] {
  return policy === undefined ? earlier : [...earlier, policy];
}

/** A token may lack the scopes that a limit allows and have others that imply them. */
function isLacking(reason: UsageDecision['reason']): boolean {
  return reason === 'scope' || reason === 'excess_scope';
}

function countAll(tallies: readonly Tally[], now: number): void {
  for (const tally of tallies) {
    tally.requests += 1;
    tally.lastMs = Math.max(tally.lastMs, now);
  }
}
