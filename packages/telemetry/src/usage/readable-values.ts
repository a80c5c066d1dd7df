/**
 * Checks of values that come from a file.
 *
 * @module
 */
import { isPlainObject, isStringArray } from '@scopegate/protocol/internal';

/** The members of an unknown object. */
export type Members = Readonly<Record<string, unknown>>;

/** What is wrong with a file is not reported in detail: a log contains lines of every kind. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Returns an object. */
export function readObject(value: unknown): Members {
  if (isPlainObject(value)) return value;
  throw new UnreadableError('an object is missing');
}

/** Returns what each item of an array is read as. */
export function readArray<Item>(value: unknown, read: (item: unknown) => Item): readonly Item[] {
  if (!Array.isArray(value)) throw new UnreadableError('an array is missing');
  return value.map((item: unknown) => read(item));
}

/** Returns a string. */
export function readString(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UnreadableError('a string is missing');
}

/** Returns an array of strings. */
export function readStrings(value: unknown): readonly string[] {
  if (isStringArray(value)) return value;
  throw new UnreadableError('an array of strings is missing');
}

/** Returns an integer of at least 0. */
export function readCount(value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw new UnreadableError('a count is missing');
}

const MAX_TIME_MS = 8.64e15;

/** Returns a time that JavaScript can format, in ms since the epoch. */
export function readTimeMs(value: unknown): number {
  if (typeof value === 'number' && Math.abs(value) <= MAX_TIME_MS) return value;
  throw new UnreadableError('a time is missing');
}

/** Returns one of several strings. */
export function readOneOf<Name extends string>(value: unknown, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw new UnreadableError('a known name is missing');
}

/** Reads a value unless it is absent. */
export function readIfAny<Value>(
  value: unknown,
  read: (value: unknown) => Value,
): Value | undefined {
  return value === undefined || value === null ? undefined : read(value);
}
