/**
 * Subscriptions of our own packages to diagnostics channels. They never throw: Node makes what a subscriber
 * throws an uncaught exception, which ends the process of the application.
 *
 * @module
 */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

/** The name of the channel that publishes each {@link FaultEvent}. */
export const FAULT_CHANNEL = 'scopegate:fault';

/** A message on `scopegate:fault`: a subscriber of ours has failed for the first time. */
export interface FaultEvent {
  /** The package that failed, such as `@scopegate/telemetry`. */
  readonly subscriber: string;
  /** The channel whose message it could not handle, or what else failed, such as a metric. */
  readonly channel: string;
  /** The name of the error's class. The message is left out, because it may quote the event. */
  readonly error: string;
}

const faults = channel(FAULT_CHANNEL);

/**
 * Creates a function that publishes the first failure that it is called with, and ignores later ones.
 *
 * @param subscriber - The package, such as `@scopegate/telemetry`.
 * @param name - The channel whose message could not be handled, or what else failed, such as a metric.
 */
export function createFaultReporter(subscriber: string, name: string): (failure: unknown) => void {
  let hasFailed = false;
  return (failure) => {
    if (hasFailed) return;
    hasFailed = true;
    const error = failure instanceof Error ? failure.constructor.name : typeof failure;
    const fault: FaultEvent = { subscriber, channel: name, error };
    faults.publish(fault);
  };
}

/**
 * Subscribes to a channel. The first failure of the listener is published, later ones are ignored; the
 * listener stays subscribed.
 *
 * @returns Ends the subscription; calling it again has no effect.
 */
export function subscribeSafely(
  name: string,
  subscriber: string,
  listener: (message: unknown) => void,
): () => void {
  const report = createFaultReporter(subscriber, name);
  const total = (message: unknown): void => {
    try {
      listener(message);
    } catch (failure) {
      report(failure);
    }
  };
  subscribe(name, total);
  return () => {
    unsubscribe(name, total);
  };
}
