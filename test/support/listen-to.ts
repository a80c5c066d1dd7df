/**
 * Messages of a diagnostics channel.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { onTestFinished } from 'vitest';

/**
 * Subscribes to a channel until the running test is over.
 *
 * @returns The messages so far, in order; the array grows.
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
