/**
 * The requests of one client to one resource server, while they are recorded.
 *
 * @module
 */
import type { GuardPolicy, PublishedScopes } from '@scopegate/resource-server';
import { dayOf, mergeDays } from './day-ranges.js';
import type { ClientUsage, DayRange } from './privilege-usage.js';
import { RecordedRoute, type UsageDecision } from './recorded-route.js';
import { type HeldScopes, listPolicies, RecordedUse } from './recorded-use.js';

/** What identifies a client, and the bounds of what is recorded of it. */
export interface ClientContext extends Pick<
  ClientUsage,
  'server' | 'issuer' | 'clientId' | 'isIdentified'
> {
  readonly maxRoutes: number;
  /** Returns the index of a policy; `undefined` when there are too many. */
  readonly indexOf: (policy: GuardPolicy) => number | undefined;
}

/** The requests with one set of scopes, by route. */
export interface RecordedHolding extends HeldScopes {
  readonly client: RecordedClient;
  readonly uses: Map<string | undefined, readonly RecordedUse[]>;
}

/** More sets of scopes than this are not cached for a client, which costs time only. */
const MAX_HOLDINGS = 64;

/** Ranges are merged when so many days have been added. */
const MAX_UNMERGED_DAYS = 800;

const NOTHING_HELD: PublishedScopes = Object.freeze({ declared: Object.freeze([]), others: 0 });

const NO_USES: readonly RecordedUse[] = Object.freeze([]);

/** What the requests of one client hold and need. */
export class RecordedClient {
  readonly context: ClientContext;
  dropped = 0;
  #requests = 0;
  #passed = 0;
  #others = 0;
  #toMs: number;
  #lastDay = Number.NaN;
  #days: readonly DayRange[] = [];
  #fromMs: number;
  readonly #held = new Set<string>();
  readonly #principals = { client: 0, user: 0, unknown: 0 };
  readonly #routes = new Map<string, RecordedRoute>();
  readonly #holdings = new Map<string, RecordedHolding>();

  constructor(context: ClientContext, now: number) {
    this.context = context;
    this.#fromMs = now;
    this.#toMs = now;
  }

  /** Finds or creates the requests with the same scopes. */
  holdingOf(held: PublishedScopes | undefined): RecordedHolding {
    const { declared, others } = held ?? NOTHING_HELD;
    const key = `${declared.join(' ')} ${others}`;
    const known = this.#holdings.get(key);
    if (known !== undefined) return known;
    for (const scope of declared) this.#held.add(scope);
    this.#others = Math.max(this.#others, others);
    const holding = { client: this, declared: new Set(declared), others, uses: new Map() };
    if (this.#holdings.size < MAX_HOLDINGS) this.#holdings.set(key, holding);
    return holding;
  }

  /**
   * Counts a request.
   *
   * @returns Whether it fits the bounds.
   */
  count(decision: UsageDecision, holding: RecordedHolding, now: number): boolean {
    this.#requests += 1;
    this.#principals[decision.principal ?? 'unknown'] += 1;
    this.#fromMs = Math.min(this.#fromMs, now);
    this.#toMs = Math.max(this.#toMs, now);
    if (decision.outcome !== 'refused') this.#pass(now);
    const use = this.#useOf(decision, holding);
    if (use === undefined) this.dropped += 1;
    else use.count(decision, now);
    return use !== undefined;
  }

  /** Returns what was recorded. */
  usage(): ClientUsage {
    const { server, issuer, clientId, isIdentified } = this.context;
    return {
      server,
      issuer,
      clientId,
      isIdentified,
      fromMs: this.#fromMs,
      toMs: this.#toMs,
      requests: this.#requests,
      passed: this.#passed,
      principals: { ...this.#principals },
      days: mergeDays(this.#days),
      held: [...this.#held],
      others: this.#others,
      dropped: this.dropped,
      routes: [...this.#routes.values()].map((route) => route.usage()),
    };
  }

  #pass(now: number): void {
    this.#passed += 1;
    const day = dayOf(now);
    if (day === this.#lastDay) return;
    this.#lastDay = day;
    const days: readonly DayRange[] = [...this.#days, [day, day]];
    this.#days = days.length > MAX_UNMERGED_DAYS ? mergeDays(days) : days;
  }

  #useOf(decision: UsageDecision, holding: RecordedHolding): RecordedUse | undefined {
    const uses = holding.uses.get(decision.route) ?? NO_USES;
    for (const use of uses) if (use.isOf(decision)) return use;
    const route = this.#routeOf(decision);
    if (route === undefined) return undefined;
    const use = new RecordedUse(decision, route, holding);
    holding.uses.set(decision.route, uses.concat(use));
    return use;
  }

  #routeOf(decision: UsageDecision): RecordedRoute | undefined {
    const { indexOf, maxRoutes } = this.context;
    const { method, route } = decision;
    const policies = listPolicies(decision);
    const indexes = policies.map(indexOf).filter((index) => index !== undefined);
    if (indexes.length < policies.length) return undefined;
    const key = [method, route, ...indexes].join(' ');
    const known = this.#routes.get(key);
    if (known !== undefined || this.#routes.size >= maxRoutes) return known;
    const recorded = new RecordedRoute({ method, route }, indexes);
    this.#routes.set(key, recorded);
    return recorded;
  }
}
