/**
 * Start-up checks of options: what a `create…` function was given, named in a `TypeError`.
 *
 * @module
 */
import leven from 'leven';

/**
 * Makes the error for an option that cannot be used.
 *
 * @param name - The option, as the caller wrote it.
 * @param expected - What is allowed, as the rest of a sentence: `must be …`.
 */
export function invalidOption(name: string, expected: string): TypeError {
  return new TypeError(`option "${name}" ${expected}`);
}

/**
 * Checks that options are an object with known members only.
 *
 * @param where - The function that was called, for the message.
 * @param options - What it was given.
 * @param names - Every option there is.
 * @param hints - What to write instead of names that other libraries use, as a clause.
 * @throws TypeError When it is not an object, or has an unknown member: with its hint, or else with
 *   the nearest known name.
 */
export function assertKnownOptions(
  where: string,
  options: unknown,
  names: readonly string[],
  hints: Readonly<Record<string, string>> = {},
): asserts options is Readonly<Record<string, unknown>> {
  if (!isPlainObject(options)) throw new TypeError(`${where} needs an object with options`);
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const hint = Object.hasOwn(hints, name) ? `; ${hints[name] ?? ''}` : didYouMean(name, names);
    throw new TypeError(`${where} has no option "${name}"${hint}`);
  }
}

/** Where an option stands and what it may be. */
export interface NumberRange {
  readonly min: number;
  /** @defaultValue no limit */
  readonly max?: number;
  /** What stands before the name in messages, such as `keySet.`. */
  readonly place?: string;
}

/**
 * Reads an option that must be a number within a range where it is given.
 *
 * @throws TypeError
 */
export function optionalNumber(
  options: Readonly<Record<string, unknown>>,
  name: string,
  { min, max = Infinity, place = '' }: NumberRange,
): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= min && value <= max && value !== Infinity) return value;
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  throw invalidOption(`${place}${name}`, `must be a number ${range}`);
}

/**
 * Reads an option that must be true or false where it is given; `false` otherwise.
 *
 * @throws TypeError
 */
export function optionalBoolean(options: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = options[name];
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw invalidOption(name, 'must be true or false');
}

/**
 * Reads an option that must be a function where it is given.
 *
 * @throws TypeError
 */
export function optionalFunction(
  options: Readonly<Record<string, unknown>>,
  name: string,
): ((...args: never[]) => unknown) | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'function') throw invalidOption(name, 'must be a function');
  return value as (...args: never[]) => unknown;
}

/**
 * Reads an option that must be a clock, in milliseconds since the epoch, where it is given;
 * `Date.now` otherwise.
 *
 * @returns A clock that throws a `TypeError` instead of returning what is not a time: that would be
 *   neither before nor after any other, and no token may pass, or be asked for, by it.
 * @throws TypeError
 */
export function optionalClock(
  options: Readonly<Record<string, unknown>>,
  name: string,
): () => number {
  const clock = optionalFunction(options, name);
  if (clock === undefined) return Date.now;
  return () => {
    const now = clock();
    if (typeof now === 'number' && Number.isFinite(now)) return now;
    throw invalidOption(name, 'must return a finite number of milliseconds');
  };
}

/** The type of a value that cannot be used, as the rest of a message; never the value itself. */
export function givenType(value: unknown): string {
  if (value === undefined || value === null) return `, not ${String(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? ', not an empty array' : ', not an array';
  return `, not ${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}

/** Says whether a value is an object with members: no array, no function, not `null`. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The nearest known name, as the rest of a message; `''` when none is near. */
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

/** Whether a value is an array of strings, of which none is empty. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '');
}
