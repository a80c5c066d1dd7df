/**
 * The revocations of a fleet in the memory of this process.
 *
 * @module
 */
import type { RevocationSubject } from '@scopegate/protocol';
import { type KeptWithdrawal, Listeners, RevocationEntries } from '@scopegate/protocol/internal';

/** Options of {@link KnownRevocations}. */
export interface KnownRevocationsOptions {
  readonly maxEntries: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Expired entries are dropped at most so often while there is space. */
const DROP_EVERY_MS = 60_000;

/** The copy of the log. It only grows until tokens expire, so that order and repetition do not matter. */
export class KnownRevocations {
  readonly changes: Listeners = new Listeners();
  readonly #entries: RevocationEntries;
  readonly #options: KnownRevocationsOptions;
  #version = 0;
  #dropAtMs = -Infinity;
  #isIncomplete = false;

  constructor(options: KnownRevocationsOptions) {
    this.#options = options;
    this.#entries = new RevocationEntries(options.clock);
  }

  /** Grows with each addition that revokes more tokens than before. */
  get version(): number {
    return this.#version;
  }

  /** Whether an entry was not added because there was no space. */
  get isIncomplete(): boolean {
    return this.#isIncomplete;
  }

  /** Whether a token was revoked. */
  isRevoked(token: RevocationSubject): boolean {
    return this.#entries.includes(token);
  }

  /** Adds a revocation. @returns Whether more tokens are revoked than before. */
  add({ withdrawal, untilMs }: KeptWithdrawal): boolean {
    // Every one of the tokens has expired.
    if (this.#options.clock() >= untilMs) return false;
    if (!this.#entries.has(withdrawal) && !this.hasSpace()) {
      this.#isIncomplete = true;
      return false;
    }
    if (!this.#entries.add(withdrawal, untilMs)) return false;
    this.#version += 1;
    this.changes.callSoon();
    return true;
  }

  /** Whether another revocation can be added. */
  hasSpace(): boolean {
    const { clock, maxEntries } = this.#options;
    const nowMs = clock();
    if (this.#entries.size >= maxEntries || nowMs >= this.#dropAtMs) this.#drop(nowMs);
    return this.#entries.size < maxEntries;
  }

  /** Notes that the log is read from the beginning, so that nothing is missing at the end. */
  restart(): void {
    this.#isIncomplete = false;
  }

  /** The number of revocations whose tokens have not all expired. */
  count(): number {
    this.#drop(this.#options.clock());
    return this.#entries.size;
  }

  /** Lists the revocations whose tokens have not all expired. */
  list(): Iterable<KeptWithdrawal> {
    this.#drop(this.#options.clock());
    return this.#entries.list();
  }

  #drop(nowMs: number): void {
    if (!this.#entries.hasExpired(nowMs)) return;
    this.#entries.dropExpired(nowMs);
    this.#dropAtMs = nowMs + DROP_EVERY_MS;
  }
}
