/**
 * Observes what the guards decide on requests.
 *
 * @module
 */
import { performance } from 'node:perf_hooks';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { TokenSource } from '../decision-event.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import { findState, type RequestState, stateOf } from '../request/request-state.js';
import { decisionChannel, isPassed, PassedDecision, RequestDecision } from './request-decision.js';
import type { Decider, Decision, ObservationContext, Verdict } from './verdict.js';

/** What is shared by everything that was created for one verified token. */
const seenActivities = new WeakSet<object>();

/** The work of one guard on one request; created only when the channel has subscribers. */
export class Observation<Request extends object> {
  #source: TokenSource | undefined;
  #token: VerifiedAccessToken<unknown> | undefined;
  readonly #request: Request;
  readonly #context: ObservationContext<Request>;
  readonly #decider: Decider;
  readonly #startedAt = performance.now();

  constructor(request: Request, context: ObservationContext<Request>, decider: Decider) {
    this.#request = request;
    this.#context = context;
    this.#decider = decider;
  }

  /**
   * Sets the verified token, even if the request is refused.
   *
   * @param activity - What everything that was created for this token shares. It shows whether the token was cached,
   *   without hashing the token again; `undefined` if an earlier guard has verified it.
   */
  setToken(token: VerifiedAccessToken<unknown> | undefined, activity: object | undefined): void {
    this.#token = token;
    if (token === undefined) return;
    if (activity === undefined) {
      this.#source = 'earlier_guard';
      return;
    }
    const isSeen = seenActivities.has(activity);
    this.#source = isSeen ? 'cache' : 'verification';
    if (!isSeen) seenActivities.add(activity);
  }

  /** Ends the work of the guard: publishes a refusal, or adds to the decision on the request. */
  end(decision: Decision): void {
    const request = this.#request;
    const state = stateOf(request);
    const found = decisionIn<Request>(state);
    if (found?.isPublished === true) return;
    const verdict: Verdict<Request> = {
      decision,
      decider: this.#decider,
      context: this.#context,
      token: this.#token,
      source: this.#source,
      microseconds: Math.round((performance.now() - this.#startedAt) * 1000),
    };
    const current = found ?? new RequestDecision<Request>();
    current.add(verdict);
    state.decision = current;
    if (!isPassed(verdict)) current.publish(request);
    else if (found === undefined) {
      this.#context.timing.schedule(new PassedDecision(request, current));
    }
  }
}

function decisionIn<Request extends object>({
  decision,
}: RequestState): RequestDecision<Request> | undefined {
  // The class is generic only in the request that the state belongs to.
  return decision instanceof RequestDecision ? (decision as RequestDecision<Request>) : undefined;
}

/** Begins to observe a request; returns `undefined` when the channel has no subscribers. */
export function observe<Request extends object>(
  request: Request,
  context: ObservationContext<Request>,
  decider: Decider,
): Observation<Request> | undefined {
  return decisionChannel.hasSubscribers ? new Observation(request, context, decider) : undefined;
}

/** Adds a policy by which a handler has allowed the token of a request. */
export function addAllowedPolicy(request: object, policy: GuardPolicy): void {
  const state = decisionChannel.hasSubscribers ? findState(request) : undefined;
  if (state !== undefined) decisionIn(state)?.addPolicy(policy);
}

/** Forgets the decision on a request that was published, so that later guards publish another one. */
export function forgetDecision(request: object): void {
  const state = findState(request);
  if (state !== undefined) state.decision = undefined;
}
