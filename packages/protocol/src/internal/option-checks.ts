/**
 * Checks of options at start-up. Each error names the option.
 *
 * @module
 */
import leven from 'leven';

type Options = Readonly<Record<string, unknown>>;

/**
 * Creates the error for an invalid option.
 *
 * @param name - The name of the option, as the caller wrote it.
 * @param expected - What must hold, as the rest of a sentence: `must be …`.
 */
export function invalidOption(name: string, expected: string): TypeError {
  return new TypeError(`option "${name}" ${expected}`);
}

/** The names of all options, with hints for names of other libraries. */
export interface KnownOptions {
  readonly names: readonly string[];
  /** Maps names that other libraries use to what to write instead, as a clause. */
  readonly hints?: Readonly<Record<string, string>> | undefined;
}

/**
 * Asserts that options are an object without unknown members.
 *
 * @param where - The subject of the message: `createThing`, `option "thing"` or `a thing`.
 * @param known - The names of all options, with or without hints.
 * @throws TypeError It is not an object, or has an unknown member. The message suggests what to write
 *   instead: the hint, or the nearest known name.
 */
export function assertKnownOptions(
  where: string,
  options: unknown,
  known: readonly string[] | KnownOptions,
): asserts options is Options {
  if (!isPlainObject(options)) {
    // A function takes an options object; an option, or a thing such as `a token`, is the object.
    const isNested = /^(?:option|an?) /.test(where);
    throw new TypeError(`${where} ${isNested ? 'must be an object' : 'expects an options object'}`);
  }
  const { names, hints = {} }: KnownOptions = 'names' in known ? known : { names: known };
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const hint = Object.hasOwn(hints, name) ? `; ${hints[name] ?? ''}` : didYouMean(name, names);
    throw new TypeError(`${where} has no option "${name}"${hint}`);
  }
}

/** The range of a number. */
export interface NumberRange {
  readonly min: number;
  /** @defaultValue no limit */
  readonly max?: number;
  /** A prefix for the name in messages, such as `keySet.`. */
  readonly path?: string;
  /** Whether only integers are accepted. */
  readonly isInteger?: boolean;
}

/**
 * Reads an option that must be a number within a range.
 *
 * @returns The number; `undefined` when it is omitted.
 * @throws TypeError The option is out of range.
 */
export function optionalNumber(
  options: Options,
  name: string,
  range: NumberRange,
): number | undefined {
  const value = options[name];
  if (value === undefined || isWithin(value, range)) return value;
  const { path = '', isInteger = false } = range;
  const kind = isInteger ? 'an integer' : 'a number';
  throw invalidOption(`${path}${name}`, `must be ${kind} ${describeRange(range)}`);
}

function isWithin(
  value: unknown,
  { min, max = Infinity, isInteger = false }: NumberRange,
): value is number {
  if (typeof value !== 'number' || (isInteger && !Number.isInteger(value))) return false;
  return value >= min && value <= max && value !== Infinity;
}

function describeRange({ min, max = Infinity }: NumberRange): string {
  return max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
}

/**
 * Reads an option that must be a boolean.
 *
 * @returns The boolean; `false` when it is omitted.
 * @throws TypeError The option is not a boolean.
 */
export function optionalBoolean(options: Options, name: string): boolean {
  const value = options[name];
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw invalidOption(name, 'must be true or false');
}

/**
 * Reads an option that must be an array of non-empty strings.
 *
 * @returns The array; `undefined` when it is omitted.
 * @throws TypeError The option is not such an array.
 */
export function optionalStrings(options: Options, name: string): readonly string[] | undefined {
  const value = options[name];
  if (value === undefined || isStringArray(value)) return value;
  throw invalidOption(name, 'must be an array of non-empty strings');
}

/**
 * Reads an option that must be a function.
 *
 * @returns The function; `undefined` when it is omitted.
 * @throws TypeError The option is not a function.
 */
export function optionalFunction(
  options: Options,
  name: string,
): ((...args: never[]) => unknown) | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'function') throw invalidOption(name, 'must be a function');
  return value as (...args: never[]) => unknown;
}

/**
 * Reads an option that must be a clock, in milliseconds since the epoch.
 *
 * @returns The clock; `Date.now` when it is omitted. It throws a `TypeError` instead of returning
 *   anything but a finite number: every comparison with `NaN` is false, so it must not decide
 *   whether a token is accepted or requested.
 * @throws TypeError The option is not a function.
 */
export function optionalClock(options: Options, name: string): () => number {
  const clock = optionalFunction(options, name);
  if (clock === undefined) return Date.now;
  return () => {
    const now = clock();
    if (typeof now === 'number' && Number.isFinite(now)) return now;
    throw invalidOption(name, 'must return a finite number of milliseconds');
  };
}

/** Formats the type of an invalid value as the rest of a message; never the value itself. */
export function givenType(value: unknown): string {
  if (value === undefined || value === null) return `, not ${String(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? ', not an empty array' : ', not an array';
  return `, not ${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}

/** Whether a value is an object with members: not an array, not a function, not `null`. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Formats the nearest known name as the rest of a message; `''` when none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = fold(name);
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = leven(wanted, fold(candidate));
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  if (nearest !== undefined || wanted.length < 3) return nearest;
  // "aud" for "audience", "clockTolerance" for "clockToleranceSeconds".
  return known.find((candidate) => {
    const folded = fold(candidate);
    return folded.startsWith(wanted) || wanted.startsWith(folded);
  });
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Whether a value is an array of non-empty strings. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '');
}
