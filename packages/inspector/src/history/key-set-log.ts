/**
 * What has happened to the key sets of issuers.
 *
 * @module
 */
import type { WireKeySet, WireRefresh } from '../wire.js';
import type { Sparse } from './sparse.js';

type UnknownKeys = WireKeySet['unknownKeys'];

/** What is known about the key set of an issuer, besides its health. */
export interface KeySetHistory {
  readonly lifetimeMs: number | undefined;
  /** Why keys of the set are not usable. */
  readonly skipped: readonly string[];
  /** The last ten, newest first. */
  readonly refreshes: readonly Sparse<WireRefresh>[];
  readonly unknownKeys: UnknownKeys;
}

/** The events of one refresh end with `refreshed` or `failed`; what precedes them is collected. */
interface Entry extends KeySetHistory {
  readonly pending: Pending;
}

interface Pending {
  readonly skipped: readonly string[];
  /** `undefined` unless keys were added or withdrawn. */
  readonly added?: number | undefined;
  readonly withdrawn?: number | undefined;
}

/** The members of events on `scopegate:key-set` that are read here. */
type Message = Readonly<Record<string, unknown>>;

/** Issuers may be found at run time; the one with the oldest event makes room. */
const MOST_ISSUERS = 200;
const MOST_REFRESHES = 10;
/** A key set may contain any number of keys that are not usable. */
const MOST_SKIPPED = 20;

const NOTHING_PENDING: Pending = { skipped: [] };

const NEW_ENTRY: Entry = {
  lifetimeMs: undefined,
  skipped: [],
  refreshes: [],
  unknownKeys: { found: 0, unknown: 0, budgetSpent: 0 },
  pending: NOTHING_PENDING,
};

/** The results of a search for an unknown key, as they are published and as they are sent. */
const UNKNOWN_KEY_RESULTS: ReadonlyMap<unknown, keyof UnknownKeys> = new Map([
  ['found', 'found'],
  ['unknown', 'unknown'],
  ['budget_spent', 'budgetSpent'],
]);

/** The events that an open page hears of at once. Searches for unknown keys may come in a flood. */
const NEWS: ReadonlySet<unknown> = new Set(['refreshed', 'failed', 'snapshot-used']);

/** Keeps the last events of each issuer's key set. */
export class KeySetLog {
  readonly #entries = new Map<string, Entry>();

  /** Adds a message of `scopegate:key-set`. Returns its issuer if the page shows something new. */
  add(message: Message, time: number): string | undefined {
    const { issuer } = message;
    if (typeof issuer !== 'string') return undefined;
    const entry = this.#entries.get(issuer) ?? NEW_ENTRY;
    const changed = readEvent(entry, message, time);
    if (changed === undefined) return undefined;
    this.#entries.delete(issuer);
    this.#entries.set(issuer, changed);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST_ISSUERS && oldest !== undefined) this.#entries.delete(oldest);
    return NEWS.has(message['event']) ? issuer : undefined;
  }

  /** Reads what has happened to the key set of an issuer. */
  read(issuer: string): KeySetHistory {
    return this.#entries.get(issuer) ?? NEW_ENTRY;
  }
}

/** What an event changes; `undefined` if nothing. */
function readEvent(entry: Entry, message: Message, time: number): Entry | undefined {
  const { pending } = entry;
  switch (message['event']) {
    case 'key-skipped': {
      const skipped = [...pending.skipped, String(message['reason'])].slice(0, MOST_SKIPPED);
      return { ...entry, pending: { ...pending, skipped } };
    }
    case 'changed': {
      const [added, withdrawn] = [numberOf(message['added']), numberOf(message['withdrawn'])];
      return { ...entry, pending: { skipped: pending.skipped, added, withdrawn } };
    }
    case 'snapshot-used':
      return { ...entry, skipped: pending.skipped, pending: NOTHING_PENDING };
    case 'refreshed':
      return endRefresh(entry, message, time);
    case 'failed':
      return addRefresh(entry, {
        ...readRefresh(message, time),
        result: 'failed',
        error: describeError(message['error']),
        retryInMs: numberOf(message['retryInMs']),
      });
    case 'unknown-key':
      return countUnknownKey(entry, message);
    default:
      return undefined;
  }
}

function endRefresh(entry: Entry, message: Message, time: number): Entry {
  const { skipped, added, withdrawn } = entry.pending;
  const result = added === undefined ? 'unchanged' : 'changed';
  const refresh = { ...readRefresh(message, time), result, added, withdrawn } as const;
  return {
    ...addRefresh(entry, refresh),
    lifetimeMs: numberOf(message['lifetimeMs']),
    // The keys of a response without content were read from an earlier one.
    skipped: message['notModified'] === true ? entry.skipped : skipped,
  };
}

function addRefresh(entry: Entry, refresh: Sparse<WireRefresh>): Entry {
  const refreshes = [refresh, ...entry.refreshes].slice(0, MOST_REFRESHES);
  return { ...entry, refreshes, pending: NOTHING_PENDING };
}

function readRefresh(message: Message, time: number): Omit<Sparse<WireRefresh>, 'result'> {
  const { trigger } = message;
  return {
    time,
    durationMs: numberOf(message['durationMs']),
    trigger: typeof trigger === 'string' ? trigger : undefined,
    added: undefined,
    withdrawn: undefined,
    error: undefined,
    retryInMs: undefined,
  };
}

function countUnknownKey(entry: Entry, message: Message): Entry | undefined {
  const result = UNKNOWN_KEY_RESULTS.get(message['result']);
  if (result === undefined) return undefined;
  const { unknownKeys } = entry;
  return { ...entry, unknownKeys: { ...unknownKeys, [result]: unknownKeys[result] + 1 } };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Describes an error by its code and its reason; its message may quote what a server has sent. */
export function describeError(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, reason, failure } = error as Readonly<Record<string, unknown>>; // an object is readable
  const name = typeof code === 'string' ? code : error.constructor.name;
  const detail = [reason, failure].find((each) => typeof each === 'string');
  return detail === undefined ? name : `${name} (${detail})`;
}
