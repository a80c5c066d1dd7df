/**
 * The presets of `@scopegate/access-token/providers`, by name.
 *
 * @module
 */
import * as providers from '@scopegate/access-token/providers';
import { didYouMean, isPlainObject } from '@scopegate/protocol/internal';

/** A preset, and its options as they were given. */
export interface PresetChoice {
  readonly name: string;
  /** In that order; an option that is given several times is an array. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

type Preset = (options: unknown) => unknown;

/** The names of all presets. */
export const PRESETS: readonly string[] = Object.entries(providers)
  .filter(([, value]) => typeof value === 'function')
  .map(([name]) => name);

/**
 * Calls a preset.
 *
 * @param audience - The audiences of the command; they are the option `audience` of the preset unless
 *   it is given.
 * @returns The options of a verifier.
 * @throws TypeError The preset, or an option of it, is unknown or out of range.
 */
export function createPreset(
  { name, options }: PresetChoice,
  audience: readonly string[] | undefined,
): Readonly<Record<string, unknown>> {
  const known = PRESETS.find((each) => fold(each) === fold(name));
  if (known === undefined) {
    const list = `the presets are ${PRESETS.join(', ')}`;
    throw new TypeError(`there is no preset "${name}"${didYouMean(name, PRESETS)}; ${list}`);
  }
  const preset = Reflect.get(providers, known) as Preset; // PRESETS contains only functions
  const given = new Map<string, unknown>(audience && [['audience', unwrap(audience)]]);
  for (const [option] of options) {
    given.set(
      option,
      unwrap(options.filter(([each]) => each === option).map(([, value]) => value)),
    );
  }
  const created = preset(Object.fromEntries(given));
  if (isPlainObject(created)) return created;
  throw new TypeError(`the preset "${known}" returned no options`);
}

function unwrap(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : values;
}

/** Ignores case, hyphens and underscores, so that `spring-authorization-server` is found. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
