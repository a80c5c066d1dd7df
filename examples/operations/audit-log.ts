/**
 * An audit log in the format of OCSF: one line for each decision.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/express';
import { formatOcsf } from '@scopegate/telemetry/logs';

/** An open audit log. */
export interface AuditLog {
  /** Writes no more lines. */
  close(): void;
}

/**
 * Writes a line for each decision of this process.
 *
 * @param destination - A file that only appends, or the agent that ships it.
 */
export function openAuditLog(destination: { write(line: string): unknown }): AuditLog {
  const record = (message: unknown): void => {
    // Scopegate publishes only this type on its channel.
    destination.write(`${JSON.stringify(formatOcsf(message as DecisionEvent))}\n`);
  };
  subscribe(DECISION_CHANNEL, record);
  return {
    close() {
      unsubscribe(DECISION_CHANNEL, record);
    },
  };
}
