/**
 * The events of the stores.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { STORE_CHANNEL } from '@scopegate/redis';
import { onTestFinished } from 'vitest';

/** Records the messages on the channel of the stores until the running test ends. */
export function recordStoreEvents(): readonly unknown[] {
  const events: unknown[] = [];
  const listener = (event: unknown): void => {
    events.push(event);
  };
  subscribe(STORE_CHANNEL, listener);
  onTestFinished(() => {
    unsubscribe(STORE_CHANNEL, listener);
  });
  return events;
}
