/**
 * Decisions of guards.
 *
 * @module
 */
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/express';
import { listenTo } from './listen-to.js';

/** Subscribes to the decisions of guards until the running test is over. */
export function listenToDecisions(): readonly DecisionEvent[] {
  return listenTo(DECISION_CHANNEL) as readonly DecisionEvent[]; // the channel has no other messages
}
