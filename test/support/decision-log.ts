/**
 * What guards and key sets publish while a test runs.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/express';
import { onTestFinished } from 'vitest';

/**
 * Listens to a channel until the test is over.
 *
 * @returns The messages so far, in order; it grows.
 */
export function listenTo(channel: string): readonly unknown[] {
  const messages: unknown[] = [];
  const listener = (message: unknown): void => {
    messages.push(message);
  };
  subscribe(channel, listener);
  onTestFinished(() => {
    unsubscribe(channel, listener);
  });
  return messages;
}

/** Listens to the decisions of guards until the test is over. */
export function listenToDecisions(): readonly DecisionEvent[] {
  return listenTo(DECISION_CHANNEL) as readonly DecisionEvent[]; // nothing else is published there
}
