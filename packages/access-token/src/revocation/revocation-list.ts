/**
 * Revocations in the memory of this process.
 *
 * @module
 */
import type { Withdrawal } from '@scopegate/protocol';
import {
  assertKnownOptions,
  type CheckedWithdrawal,
  invalidOption,
  optionalClock,
  optionalNumber,
  readWithdrawal,
  RevocationEntries,
  withDeadline,
} from '@scopegate/protocol/internal';
import { publishRevocationEvent } from './revocation-events.js';
import { RevocationListFullError } from './revocation-list-full-error.js';
import type { RevocationSource } from './revocation-source.js';
import { RevocationUnavailableError } from './revocation-unavailable-error.js';

/** Options of {@link createRevocationList}. */
export interface RevocationListOptions {
  /**
   * The longest lifetime of tokens, in seconds; at least 1. An entry is dropped when every token that it
   * revokes has expired. The option `maxLifetimeSeconds` of each verifier that uses the list must be set, and
   * must not be larger.
   */
  readonly maxLifetimeSeconds: number;
  /**
   * The number of entries. An integer from 1 to 10,000,000. `withdraw()` rejects while the list is full.
   * An entry occupies about 200 bytes.
   *
   * @defaultValue `100_000`
   */
  readonly maxEntries?: number | undefined;
  /**
   * For how long {@link RevocationList.heard} need not be called, in seconds. 1 to 86,400. After that time,
   * and before the first call, the list is not current: requests get 503, except those with a token that it
   * contains.
   *
   * @defaultValue the list is always current
   */
  readonly maxSilenceSeconds?: number | undefined;
  /**
   * Returns the time in milliseconds since the epoch: that of the verifiers, if they have another clock.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
}

/** The state of a revocation list. */
export interface RevocationListHealth {
  /** The number of entries whose tokens have not all expired. */
  readonly entries: number;
  /** The option `maxEntries`. */
  readonly maxEntries: number;
  /** Whether the list is current; see {@link RevocationListOptions.maxSilenceSeconds}. */
  readonly isCurrent: boolean;
  /** Time since the last call of {@link RevocationList.heard}, in milliseconds; `undefined` before the first. */
  readonly silentForMs: number | undefined;
}

/** Revocations in the memory of this process. Its methods do not use `this`. */
export interface RevocationList extends RevocationSource {
  /** The option of the same name. */
  readonly maxLifetimeSeconds: number;
  /**
   * Withdraws tokens: from now on, every verifier that uses the list refuses them, cached ones included, and
   * the signals of `whileAcceptable()` abort. Takes effect before it returns. Repeating it has no effect.
   *
   * @throws RevocationListFullError (rejects) The list is full, and the tokens are not withdrawn.
   * @throws TypeError (rejects) A member is missing, unknown or out of range, or several kinds are named.
   * @example
   * await list.withdraw({ issuer, tokenId });
   * @example
   * // Keeps the session that starts in this second.
   * await list.withdraw({ issuer, subject, issuedBefore: Date.now() / 1000 });
   */
  withdraw(withdrawal: Withdrawal): Promise<void>;
  /**
   * Notes that what feeds the list works: an event or a heartbeat has arrived, or a poll has succeeded. Call it
   * first when the revocations from before the start are in the list. Withdrawals do not count, because
   * they may come from elsewhere.
   *
   * @see {@link RevocationListOptions.maxSilenceSeconds}
   */
  heard(): void;
  /**
   * Resolves when the list is current.
   *
   * @throws RevocationUnavailableError (rejects) It was not, for as long as `maxSilenceSeconds`.
   */
  ready(): Promise<void>;
  /** Calls a function after tokens were withdrawn; once for those that are withdrawn together. */
  onChange(listener: () => void): () => void;
  /** Reports the state of the list. */
  health(): RevocationListHealth;
}

/**
 * Creates a list of revocations in the memory of this process.
 *
 * It is empty at the start: the application feeds it with the revocations whose tokens have not expired, and
 * then with each new one, in each process.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const revocation = createRevocationList({ maxLifetimeSeconds: 3_600 });
 * const verifier = createAccessTokenVerifier({
 *   issuer,
 *   audience,
 *   maxLifetimeSeconds: 3_600,
 *   revocation,
 * });
 * await revocation.withdraw({ issuer, sessionId });
 */
export function createRevocationList(options: RevocationListOptions): RevocationList {
  const list = new MemoryRevocations(resolveListOptions(options));
  const { maxLifetimeSeconds } = list.options;
  const methods = {
    maxLifetimeSeconds,
    isCurrent: (nowMs) => list.isCurrent(nowMs),
    isRevoked: (token) => list.entries.includes(token),
    withdraw: (withdrawal) =>
      new Promise((resolve) => {
        list.withdraw(withdrawal);
        resolve();
      }),
    heard: () => {
      list.heard();
    },
    ready: () => list.whenCurrent(),
    onChange: (listener) => listenTo(list.changeListeners, listener),
    health: () => list.health(),
  } satisfies Omit<RevocationList, 'version'>;
  // Not enumerable: `{ ...list }` would copy a number that never grows, and cached tokens would stay accepted.
  return Object.freeze(
    Object.defineProperty(methods as RevocationList, 'version', { get: () => list.version }),
  );
}

interface ResolvedListOptions {
  readonly maxLifetimeSeconds: number;
  readonly maxEntries: number;
  /** `undefined` if the list is always current. */
  readonly maxSilenceMs: number | undefined;
  readonly clock: () => number;
}

/** The largest clock tolerance of a verifier; also how far `iat` may then be in the future. */
const MAX_TOLERANCE_SECONDS = 300;

const DAY_SECONDS = 86_400;

/** Expired entries are dropped at most so often while the list has space. */
const DROP_EVERY_MS = 60_000;

const OPTIONS = ['maxLifetimeSeconds', 'maxEntries', 'maxSilenceSeconds', 'clock'] as const;

function resolveListOptions(options: RevocationListOptions): ResolvedListOptions {
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

class MemoryRevocations {
  readonly options: ResolvedListOptions;
  readonly entries: RevocationEntries;
  readonly changeListeners = new Set<() => void>();
  readonly #hearingListeners = new Set<() => void>();
  version = 0;
  #isNotifying = false;
  #isFull = false;
  #heardAtMs: number | undefined;
  /** When expired entries are dropped next, if the list has space. */
  #dropAtMs = -Infinity;

  constructor(options: ResolvedListOptions) {
    this.options = options;
    this.entries = new RevocationEntries(options.clock);
  }

  /** A clock that was set back must not hide a silence. */
  isCurrent(nowMs: number): boolean {
    const { maxSilenceMs } = this.options;
    if (maxSilenceMs === undefined) return true;
    return this.#heardAtMs !== undefined && Math.abs(nowMs - this.#heardAtMs) <= maxSilenceMs;
  }

  heard(): void {
    this.#heardAtMs = this.options.clock();
    for (const listener of this.#hearingListeners) listener();
  }

  /** @throws RevocationUnavailableError (rejects) */
  async whenCurrent(): Promise<void> {
    const { maxSilenceMs, clock } = this.options;
    if (maxSilenceMs === undefined || this.isCurrent(clock())) return;
    let removeListener = (): void => undefined;
    const hearing = new Promise<void>((resolve) => {
      removeListener = listenTo(this.#hearingListeners, resolve);
    });
    const createTimeoutError = (): Error => new RevocationUnavailableError('not_current');
    try {
      await withDeadline({ timeoutMs: maxSilenceMs, createTimeoutError }, () => hearing);
    } finally {
      removeListener();
    }
  }

  /** @throws RevocationListFullError | TypeError */
  withdraw(given: Withdrawal): void {
    const { clock } = this.options;
    const nowMs = clock();
    const withdrawal = readWithdrawal(given, nowMs);
    const untilMs = this.#expiryOf(withdrawal, nowMs);
    // Every one of the tokens has expired.
    if (nowMs >= untilMs) return;
    if (!this.entries.has(withdrawal)) this.#makeSpace(nowMs);
    if (this.entries.add(withdrawal, untilMs)) this.#noteChange();
    publishRevocationEvent({
      event: 'withdrawn',
      kind: withdrawal.kind,
      entries: this.entries.size,
    });
  }

  health(): RevocationListHealth {
    const nowMs = this.options.clock();
    this.#dropExpired(nowMs);
    const heardAtMs = this.#heardAtMs;
    return {
      entries: this.entries.size,
      maxEntries: this.options.maxEntries,
      isCurrent: this.isCurrent(nowMs),
      silentForMs: heardAtMs === undefined ? undefined : Math.max(0, nowMs - heardAtMs),
    };
  }

  /** When every one of the tokens has expired for every verifier, in milliseconds since the epoch. */
  #expiryOf({ issuedBefore }: CheckedWithdrawal, nowMs: number): number {
    const lastIssuedAt =
      issuedBefore === Infinity ? nowMs / 1000 + MAX_TOLERANCE_SECONDS : issuedBefore;
    return (lastIssuedAt + this.options.maxLifetimeSeconds + MAX_TOLERANCE_SECONDS) * 1000;
  }

  /** @throws RevocationListFullError */
  #makeSpace(nowMs: number): void {
    const { maxEntries } = this.options;
    const isFull = this.entries.size >= maxEntries;
    if (isFull || nowMs >= this.#dropAtMs) this.#dropExpired(nowMs);
    if (this.entries.size < maxEntries) {
      this.#isFull = false;
      return;
    }
    if (!this.#isFull) publishRevocationEvent({ event: 'full', maxEntries });
    this.#isFull = true;
    throw new RevocationListFullError(maxEntries);
  }

  #dropExpired(nowMs: number): void {
    if (!this.entries.hasExpired(nowMs)) return;
    this.entries.dropExpired(nowMs);
    this.#dropAtMs = nowMs + DROP_EVERY_MS;
  }

  #noteChange(): void {
    this.version += 1;
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      for (const listener of this.changeListeners) callApart(listener);
    });
  }
}

/** What one listener throws is uncaught, as it would be elsewhere, but does not keep the others from the event. */
function callApart(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Adds a listener, once for each call, and returns a function that removes it. */
function listenTo(listeners: Set<() => void>, listener: () => void): () => void {
  const own = (): void => {
    listener();
  };
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}
