/**
 * What the API decided, as its operator sees it: Scopegate publishes every decision on
 * `diagnostics_channel`, without tokens and without claim values.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/express';

/** The decisions since they were last taken. */
export interface DecisionLog {
  /**
   * Takes the decisions out of the log.
   *
   * @returns The reason of each refusal, and the outcome of what was not refused.
   */
  take(): readonly string[];
  /** Stops listening. */
  close(): void;
}

/** Listens to the decisions made in this process. */
export function openDecisionLog(): DecisionLog {
  const decisions: string[] = [];
  const record = (message: unknown): void => {
    // The channel is Scopegate's own, and this is what it publishes there.
    const { reason, outcome } = message as DecisionEvent;
    decisions.push(reason ?? outcome);
  };
  subscribe(DECISION_CHANNEL, record);
  return {
    take: () => decisions.splice(0),
    close: () => {
      unsubscribe(DECISION_CHANNEL, record);
    },
  };
}
