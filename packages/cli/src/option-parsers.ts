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

/** Parses a number of days. */
export function parseDays(text: string): number {
  const days = Number(text);
  if (text.trim() !== '' && days >= 0 && days <= 3650) return days;
  throw new InvalidArgumentError('It must be a number of days from 0 to 3650.');
}

/** Parses a number of things. */
export function parseCount(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be an integer of at least 0.');
}

/** Omits the options that are not given. A function of an application spreads them, members or not. */
export function omitUndefined<Options extends object>(options: Options): Options {
  // What is left has the same names, each of them optional.
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Options;
}
