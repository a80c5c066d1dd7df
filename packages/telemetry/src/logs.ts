/**
 * The decisions of resource servers as lines of a log.
 *
 * @module
 */
export { type DecisionRecord, formatDecision } from './log/decision-record.js';
export { type EventLog, logEvents } from './log/event-log.js';
export type { EventLogger } from './log/log-line.js';
export type { EventLogOptions } from './log/log-options.js';
export {
  formatOcsf,
  type OcsfApiActivity,
  type OcsfAuthorization,
  type OcsfOptions,
} from './log/ocsf.js';
