/**
 * A decision as data for logs: the members of the event that have a value, under their own names.
 *
 * @module
 */
import type { DecisionEvent } from '@scopegate/resource-server';

/**
 * A decision as JSON. `scopegate privileges` and `scopegate trials` read such lines, with the time that a
 * logger adds as `time`.
 */
export type DecisionRecord = {
  /** Distinguishes decisions from the other lines of a log. */
  readonly event: 'scopegate.decision';
} & Partial<DecisionEvent> &
  Pick<DecisionEvent, 'outcome' | 'server' | 'guard'>;

/**
 * Formats a decision for a log. Members without a value are omitted, and `earlier` if it is empty.
 *
 * @example
 * logger.info(formatDecision(event), 'decided');
 */
export function formatDecision(event: DecisionEvent): DecisionRecord {
  const known = Object.entries(event).filter(
    ([name, value]) => value !== undefined && !(name === 'earlier' && event.earlier.length === 0),
  );
  return {
    event: 'scopegate.decision',
    ...(Object.fromEntries(known) as unknown as DecisionEvent),
  };
}
