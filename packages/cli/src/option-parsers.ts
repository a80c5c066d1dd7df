/**
 * Parsers of the values of options.
 *
 * @module
 */
import { InvalidArgumentError } from 'commander';

/** Collects repeated options in an array. A variadic option would also consume the arguments after it. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Splits names at commas. */
export function splitNames(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

/** Parses a timeout. */
export function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 60) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds above 0 and at most 60.');
}

/** Parses a number of seconds; its range is checked where it is used. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds.');
}
