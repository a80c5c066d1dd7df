/**
 * Lines about decisions.
 *
 * @module
 */
import type { DecisionEvent } from '@scopegate/resource-server';
import { formatDecision } from './decision-record.js';
import type { LogLevel, LogLine } from './log-line.js';

const LEVELS: Readonly<Record<DecisionEvent['outcome'], LogLevel>> = {
  allowed: 'info',
  anonymous: 'info',
  refused: 'info',
  unenforced: 'info',
  unavailable: 'warn',
  error: 'error',
};

/** Formats a decision as a line. Lines of one kind have the server, the reason and the route in common. */
export function decisionLine(event: DecisionEvent): LogLine {
  const { outcome, server, reason, route, trial } = event;
  const objection = isObjection(event) ? `; on trial: refused: ${trial?.reason}` : '';
  return {
    level: LEVELS[outcome],
    kind: ['decision', server, outcome, reason, trial?.outcome, trial?.reason, route].join('\0'),
    members: formatDecision(event),
    message: `${formatOutcome(event)}${objection}`,
  };
}

/** Formats the outcome and the reason, such as `refused: expired`. */
export function formatOutcome({ outcome, reason }: DecisionEvent): string {
  return reason === undefined || reason === outcome ? outcome : `${outcome}: ${reason}`;
}

/** Whether the enforced policies let the request pass, and those on trial would not have. */
function isObjection({ outcome, trial }: DecisionEvent): boolean {
  return outcome === 'allowed' && trial?.outcome === 'refused';
}

/** Whether the request passed as it should. */
export function isUneventful(event: DecisionEvent): boolean {
  const { outcome } = event;
  return (outcome === 'allowed' || outcome === 'anonymous') && !isObjection(event);
}
