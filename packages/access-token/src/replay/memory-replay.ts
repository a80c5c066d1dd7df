/**
 * Used proofs in the memory of this process.
 *
 * @module
 */
import { ReplayStoreUnavailableError } from './replay-store-unavailable-error.js';
import type { Registrar, RegistrationOutcome } from './request-registrations.js';

/** The bounds of a {@link MemoryReplay}. */
export interface MemoryReplayBounds {
  readonly maxEntries: number;
  /** How long a proof stays registered at least, in milliseconds. */
  readonly windowMs: number;
}

/** Proofs are dropped together, when the last of them has expired. */
const LEAST_BUCKET_MS = 10_000;
const MOST_BUCKETS = 16;

/** 128 bits of the digest: enough that no caller finds the identity of another's proof. */
const ID_OCTETS = 16;

// Decoding copies the octets, so that the string of the whole identity is not kept in memory.
const scratch = Buffer.alloc(32);

/**
 * Registers used proofs in memory, synchronously.
 *
 * A proof stays registered for the window and the rest of its bucket. None is evicted earlier, because it
 * could be used again then: registrations fail while the memory is full. Expired proofs are
 * dropped by the next registration; no timer runs.
 *
 * Times are those of the wall clock, as those of the proofs are. While a clock is set back, proofs that
 * were registered since stay registered, but those that had expired before are acceptable again.
 */
export class MemoryReplay implements Registrar<RegistrationOutcome> {
  readonly store: object = this;
  readonly #maxEntries: number;
  readonly #windowMs: number;
  readonly #bucketMs: number;
  /** By the time at which they begin, in units of `#bucketMs`. */
  readonly #buckets = new Map<number, Set<string>>();
  #size = 0;
  /** When the first of the buckets expires. */
  #expiresAtMs = Infinity;
  /** When every proof that could not be registered has expired. */
  #completeFromMs = -Infinity;

  constructor({ maxEntries, windowMs }: MemoryReplayBounds) {
    this.#maxEntries = maxEntries;
    this.#windowMs = windowMs;
    this.#bucketMs = Math.max(LEAST_BUCKET_MS, Math.ceil(windowMs / MOST_BUCKETS));
  }

  /** The number of registered proofs, those included that the next registration drops. */
  get size(): number {
    return this.#size;
  }

  /** Whether every acceptable proof that was passed to {@link register} is registered. */
  isComplete(nowMs: number): boolean {
    return nowMs >= this.#completeFromMs;
  }

  /** Whether a proof is registered, without registering it. */
  isRegistered(id: string, nowMs: number): boolean {
    const proof = shortenId(id);
    return [...this.#buckets].some(
      ([begin, proofs]) => this.#expiryOf(begin) > nowMs && proofs.has(proof),
    );
  }

  register(id: string, nowMs: number): RegistrationOutcome {
    if (nowMs >= this.#expiresAtMs) this.#drop((begin) => this.#expiryOf(begin) <= nowMs);
    const proof = shortenId(id);
    for (const proofs of this.#buckets.values()) if (proofs.has(proof)) return false;
    if (this.#size >= this.#maxEntries) this.#dropUnreachable(nowMs);
    if (this.#size >= this.#maxEntries) {
      this.#completeFromMs = Math.max(this.#completeFromMs, nowMs + this.#windowMs);
      return new ReplayStoreUnavailableError('full');
    }
    this.#bucketAt(nowMs).add(proof);
    this.#size += 1;
    return true;
  }

  #bucketAt(nowMs: number): Set<string> {
    const begin = Math.floor(nowMs / this.#bucketMs);
    const existing = this.#buckets.get(begin);
    if (existing !== undefined) return existing;
    const created = new Set<string>();
    this.#buckets.set(begin, created);
    this.#expiresAtMs = Math.min(this.#expiresAtMs, this.#expiryOf(begin));
    return created;
  }

  /** The last proof of a bucket was registered before its end. */
  #expiryOf(begin: number): number {
    return (begin + 1) * this.#bucketMs + this.#windowMs;
  }

  /**
   * Drops the proofs that were registered while the clock was ahead by more than the window. None of them
   * is acceptable until the clock gets there again, and they would take up memory until then.
   */
  #dropUnreachable(nowMs: number): void {
    this.#drop((begin) => begin * this.#bucketMs > nowMs + this.#windowMs);
  }

  #drop(isDropped: (begin: number) => boolean): void {
    this.#expiresAtMs = Infinity;
    for (const [begin, { size }] of this.#buckets) {
      if (isDropped(begin)) {
        this.#buckets.delete(begin);
        this.#size -= size;
      } else {
        this.#expiresAtMs = Math.min(this.#expiresAtMs, this.#expiryOf(begin));
      }
    }
  }
}

function shortenId(id: string): string {
  scratch.write(id, 'base64url');
  return scratch.toString('latin1', 0, ID_OCTETS);
}
