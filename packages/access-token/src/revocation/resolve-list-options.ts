/**
 * The options of a list of revocations, checked and completed with defaults.
 *
 * @module
 */
import {
  assertKnownOptions,
  invalidOption,
  optionalClock,
  optionalNumber,
} from '@scopegate/protocol/internal';
import type { RevocationListOptions } from './revocation-list.js';

/** The options of a list, complete. */
export interface ResolvedListOptions {
  readonly maxLifetimeSeconds: number;
  readonly maxEntries: number;
  /** `undefined` if the list is always current. */
  readonly maxSilenceMs: number | undefined;
  readonly clock: () => number;
}

const DAY_SECONDS = 86_400;

const OPTIONS = ['maxLifetimeSeconds', 'maxEntries', 'maxSilenceSeconds', 'clock'] as const;

/**
 * Checks the options of a list.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveListOptions(options: RevocationListOptions): ResolvedListOptions {
  assertKnownOptions('createRevocationList', options, OPTIONS);
  // The names are checked; the types are not yet.
  const given: Readonly<Record<string, unknown>> = options;
  const maxLifetimeSeconds = optionalNumber(given, 'maxLifetimeSeconds', { min: 1 });
  if (maxLifetimeSeconds === undefined) {
    throw invalidOption('maxLifetimeSeconds', 'is required: the longest lifetime of the tokens');
  }
  const entriesRange = { min: 1, max: 10_000_000, isInteger: true };
  const silence = optionalNumber(given, 'maxSilenceSeconds', { min: 1, max: DAY_SECONDS });
  return {
    maxLifetimeSeconds,
    maxEntries: optionalNumber(given, 'maxEntries', entriesRange) ?? 100_000,
    maxSilenceMs: silence === undefined ? undefined : silence * 1000,
    clock: optionalClock(given, 'clock'),
  };
}
