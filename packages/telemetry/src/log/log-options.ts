/**
 * The options of `logEvents`.
 *
 * @module
 */
import {
  assertKnownOptions,
  invalidOption,
  optionalBoolean,
  optionalClock,
} from '@scopegate/protocol/internal';
import type { EventLogger } from './log-line.js';

/** Options of {@link logEvents}. */
export interface EventLogOptions {
  /**
   * Whether every request that passed is logged, too, without a limit: `scopegate privileges` and
   * `scopegate trials` read these lines.
   *
   * @defaultValue `false`
   */
  readonly allowed?: boolean | undefined;
  /**
   * How many lines of one kind are written in a minute, at least 1; the others are counted in one summary at
   * its end. Decisions are of one kind if they have the server, the reason and the route in common. `Infinity`
   * for no limit.
   *
   * @defaultValue 10
   */
  readonly perMinute?: number | undefined;
  /**
   * The current time in milliseconds since the epoch. It decides how many days guards still only report.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
}

/** The options with their defaults. */
export interface ResolvedLogOptions {
  readonly allowed: boolean;
  readonly perMinute: number;
  readonly clock: () => number;
}

/**
 * Resolves the options.
 *
 * @throws TypeError An option is unknown or out of range.
 */
export function resolveLogOptions(options: unknown): ResolvedLogOptions {
  assertKnownOptions('logEvents', options, ['allowed', 'perMinute', 'clock']);
  const { perMinute = 10 } = options;
  const isCount = Number.isInteger(perMinute) || perMinute === Infinity;
  if (typeof perMinute !== 'number' || !isCount || perMinute < 1) {
    throw invalidOption('perMinute', 'must be an integer of at least 1, or Infinity');
  }
  const allowed = optionalBoolean(options, 'allowed');
  return { allowed, perMinute, clock: optionalClock(options, 'clock') };
}

const METHODS = ['info', 'warn', 'error'] as const;

/**
 * Asserts that a value is a logger.
 *
 * @throws TypeError A method is missing.
 */
export function assertLogger(logger: unknown): asserts logger is EventLogger {
  const methods: Readonly<Record<string, unknown>> =
    typeof logger === 'object' && logger !== null ? { ...readMethods(logger) } : {};
  const missing = METHODS.find((name) => typeof methods[name] !== 'function');
  if (missing === undefined) return;
  throw new TypeError(
    `logEvents expects a logger with info(), warn() and error(); add ${missing}()`,
  );
}

/** Methods may be inherited. */
function readMethods(logger: object): Record<string, unknown> {
  return Object.fromEntries(METHODS.map((name) => [name, Reflect.get(logger, name)]));
}
