/**
 * One line of a log, before it is written.
 *
 * @module
 */

/**
 * A logger: pino, bunyan, winston with an adapter, or any other object with these methods.
 */
export interface EventLogger {
  /** Writes what operators may want to know. */
  info(members: object, message: string): unknown;
  /** Writes what operators should look at. */
  warn(members: object, message: string): unknown;
  /** Writes what needs an operator. */
  error(members: object, message: string): unknown;
}

/** The levels of {@link EventLogger}. */
export type LogLevel = keyof EventLogger;

/** One line. */
export interface LogLine {
  readonly level: LogLevel;
  /** Lines of the same kind share a limit. */
  readonly kind: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly message: string;
}
