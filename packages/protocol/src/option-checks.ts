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
 * @throws TypeError When it is no object, or has an unknown member; names the nearest known one.
 */
export function assertKnownOptions(
  where: string,
  options: unknown,
  names: readonly string[],
): asserts options is Readonly<Record<string, unknown>> {
  if (!isPlainObject(options)) throw new TypeError(`${where} needs an object with options`);
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    throw new TypeError(`${where} has no option "${name}"${didYouMean(name, names)}`);
  }
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
  // "aud" for "audience", "clockTolerance" for "clockToleranceSeconds", "issuerUrl" for "issuer".
  const related = known.find((candidate) => {
    const folded = fold(candidate);
    return wanted.length > 2 && (folded.startsWith(wanted) || wanted.startsWith(folded));
  });
  if (related !== undefined) return related;
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = leven(wanted, fold(candidate));
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
