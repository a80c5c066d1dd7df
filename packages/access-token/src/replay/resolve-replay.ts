/**
 * Where used proofs are registered: options checked at start-up and completed with defaults.
 *
 * @module
 */
import {
  assertKnownOptions,
  invalidOption,
  isPlainObject,
  optionalNumber,
} from '@scopegate/protocol/internal';
import type { ReplayStore } from './replay-store.js';

/** Where used proofs are stored. */
export type ReplayPolicy =
  { readonly store: undefined; readonly maxEntries: number } | SharedReplayPolicy;

/** Used proofs are registered in a store that several processes share. */
interface SharedReplayPolicy {
  readonly store: ReplayStore;
  readonly timeoutMs: number;
  /** What happens while the store is unavailable. */
  readonly whileUnavailable: 'refuse' | 'local';
  /** Of the memory of this process, for `'local'`. */
  readonly maxEntries: number;
}

const DEFAULTS = { maxEntries: 1_000_000, timeoutMs: 250 } as const;

const STORE_OPTIONS = ['timeoutMs', 'whileUnavailable'] as const;

type Options = Readonly<Record<string, unknown>>;

/**
 * Checks the option `dpop.replay`.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveReplay(given: unknown): ReplayPolicy {
  const options = given === undefined ? {} : given;
  // The methods of a class are inherited, so its instance would pass for options that are all omitted.
  if (isReplayStore(options)) {
    throw invalidOption('dpop.replay', 'must be { store } or { maxEntries }, not the store itself');
  }
  assertKnownOptions('option "dpop.replay"', options, {
    names: ['store', 'maxEntries', ...STORE_OPTIONS],
    hints: { enabled: 'omit it: the check cannot be switched off' },
  });
  const maxEntries = readInteger(options, 'maxEntries', 10_000_000);
  const { store } = options;
  if (store !== undefined) return Object.freeze({ ...resolveStore(options, store), maxEntries });
  for (const name of STORE_OPTIONS) {
    if (options[name] !== undefined) {
      throw invalidOption(`dpop.replay.${name}`, 'requires the option "dpop.replay.store"');
    }
  }
  return Object.freeze({ store, maxEntries });
}

function resolveStore(options: Options, store: unknown): Omit<SharedReplayPolicy, 'maxEntries'> {
  if (options['maxEntries'] !== undefined) {
    throw invalidOption('dpop.replay.store', 'cannot be combined with "maxEntries"');
  }
  if (!isReplayStore(store)) {
    throw invalidOption('dpop.replay.store', 'must be an object with the method register()');
  }
  const { whileUnavailable = 'refuse' } = options;
  if (whileUnavailable !== 'refuse' && whileUnavailable !== 'local') {
    throw invalidOption('dpop.replay.whileUnavailable', 'must be "refuse" or "local"');
  }
  const timeoutMs = readInteger(options, 'timeoutMs', 10_000);
  return { store, timeoutMs, whileUnavailable };
}

function readInteger(options: Options, name: keyof typeof DEFAULTS, max: number): number {
  const range = { min: 1, max, path: 'dpop.replay.', isInteger: true };
  return optionalNumber(options, name, range) ?? DEFAULTS[name];
}

/** What its methods return is checked on each call. */
function isReplayStore(store: unknown): store is ReplayStore {
  return isPlainObject(store) && typeof store['register'] === 'function';
}
