/**
 * Records what the guards decide on each request.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isPlainObject } from '@scopegate/protocol/internal';

/** A decision of a guard. */
export interface GuardDecision {
  /** The outcome, such as `'allowed'` or `'refused'`: `DecisionEvent` of the resource server. */
  readonly outcome: string;
  /** Why the request was refused; `undefined` where it was not. */
  readonly reason: string | undefined;
}

/** The diagnostics channel on which guards publish decisions. */
const DECISION_CHANNEL = 'scopegate:decision';

/** Records decisions until it is closed. */
export class GuardDecisions {
  /** Set only for recorded requests; the process may serve others. */
  readonly #current = new AsyncLocalStorage<GuardDecision[]>();
  readonly #record = (message: unknown): void => {
    if (!isPlainObject(message)) return;
    const { outcome, reason } = message;
    this.#current.getStore()?.push({
      outcome: String(outcome),
      reason: typeof reason === 'string' ? reason : undefined,
    });
  };

  constructor() {
    subscribe(DECISION_CHANNEL, this.#record);
  }

  /** Calls a function, and adds to `decisions` what guards decide in it, later too. */
  recordTo<Result>(decisions: GuardDecision[], call: () => Result): Result {
    return this.#current.run(decisions, call);
  }

  close(): void {
    unsubscribe(DECISION_CHANNEL, this.#record);
  }
}
