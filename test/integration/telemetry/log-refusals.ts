/**
 * The loggers of the README of `@scopegate/telemetry`.
 *
 * @module
 */
// #region message-first
import type { EventLogger } from '@scopegate/telemetry/logs';

type Write = (message: string, members: object) => unknown;

/** Adapts a logger that gets the message first, such as `console` or winston. */
export function messageFirst(logger: Record<'info' | 'warn' | 'error', Write>): EventLogger {
  return {
    info: (members, message) => logger.info(message, members),
    warn: (members, message) => logger.warn(message, members),
    error: (members, message) => logger.error(message, members),
  };
}
// #endregion message-first
