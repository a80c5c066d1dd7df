/**
 * Records the decisions of the API. Scopegate publishes them on a diagnostics channel, without tokens
 * and without claim values.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/express';

/** The decisions since the log was last emptied. */
export interface DecisionLog {
  /**
   * Empties the log.
   *
   * @returns The reason of each refusal, and the outcome of each other request.
   */
  take(): readonly string[];
  /** Stops recording. */
  close(): void;
}

/** Records the decisions that guards in this process make. */
export function openDecisionLog(): DecisionLog {
  const decisions: string[] = [];
  const record = (message: unknown): void => {
    // Scopegate publishes only this type on its channel.
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
