/**
 * Trusted issuers that the application finds at run time.
 *
 * | issuer                     | find()                                                       |
 * | -------------------------- | ------------------------------------------------------------ |
 * | held                       | returns immediately                                          |
 * | held, older than the limit | returns immediately, and looks it up again in the background |
 * | held, past `maxStaleMs`    | waits for a lookup                                           |
 * | looked up a moment ago     | returns immediately: unknown, or 503 if the lookup failed    |
 * | any other                  | waits for a lookup, which all callers share                  |
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { backoffMs } from '@scopegate/protocol/internal';
import { LRUCache } from 'lru-cache';
import type { KeySetHealth } from '../keys/key-set.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import { retryAfterSeconds } from '../retry-after.js';
import { isStringOrUri } from '../options/resolve-identifier.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import type { ResolvedAnswer, ResolvedResolver } from '../options/resolve-resolver.js';
import { createKeySet, type KeySetSettings } from './create-key-set.js';
import { IssuerLookup } from './issuer-lookup.js';
import { RecentMisses } from './recent-misses.js';
import { RevocableKeySet, type TrustPeriod } from './revocable-key-set.js';
import type { TrustedIssuer, TrustedIssuers } from './trusted-issuers.js';

/** Longer issuers are unknown. RFC 7519 sets no limit, but real issuers are far shorter. */
const MAX_ISSUER_LENGTH = 2_048;
/** How long an unknown issuer is not looked up again. */
const UNKNOWN_MS = 30_000;
/** How long an issuer whose lookup failed is not looked up again. */
const FAILED_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;
const CONCURRENT_REFRESHES = 16;

interface HeldIssuer extends TrustedIssuer {
  readonly keySet: RevocableKeySet;
  readonly fingerprint: string;
  /** Consecutive lookups that failed. */
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

/** Holds the issuers that are in use, and looks up all others. */
export class IssuerRegistry implements TrustedIssuers {
  readonly fallback: ResolvedIssuer;
  readonly isComplete = false;
  readonly #resolver: ResolvedResolver;
  readonly #settings: KeySetSettings;
  readonly #held: LRUCache<string, HeldIssuer>;
  readonly #misses = new RecentMisses();
  readonly #flights = new Map<string, Promise<HeldIssuer | undefined>>();
  readonly #closing = new AbortController();
  readonly #lookup: IssuerLookup;
  /** Lookups never run in the context of the request that causes them. */
  readonly #context = new AsyncResource('ScopegateIssuers');

  constructor(resolver: ResolvedResolver, settings: KeySetSettings) {
    const { timeoutMs } = settings;
    this.fallback = resolver.fallback;
    this.#resolver = resolver;
    this.#settings = settings;
    this.#lookup = new IssuerLookup({ resolver, timeoutMs, closing: this.#closing.signal });
    this.#held = new LRUCache({
      max: resolver.max,
      dispose: (held, _issuer, reason) => {
        if (reason === 'evict') release(held, 'evicted');
      },
    });
  }

  find(issuer: string): TrustedIssuer | undefined | Promise<TrustedIssuer | undefined> {
    const held = this.#held.get(issuer);
    if (held?.keySet.isTrusted() === true) return held;
    if (issuer.length > MAX_ISSUER_LENGTH || !isStringOrUri(issuer)) return undefined;
    const now = this.#settings.clock();
    const miss = this.#misses.find(issuer, now);
    if (miss === undefined) return this.#ask(issuer);
    if (miss.failure === undefined) return undefined;
    throw unavailable(miss.failure, miss.until - now);
  }

  list(): readonly TrustedIssuer[] {
    return [...this.#held.values()];
  }

  /** Resolves immediately: no issuer is known before its first token. */
  whenReady(): Promise<void> {
    return Promise.resolve();
  }

  async refresh(): Promise<void> {
    this.#misses.clear();
    const pending = [...new Set([...this.#held.keys(), ...this.#flights.keys()])];
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      for (let issuer = pending.pop(); issuer !== undefined; issuer = pending.pop()) {
        await this.#refreshIssuer(issuer).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_REFRESHES }, work));
    if (failures.length > 0) throw failures[0];
  }

  introspectionHealth(): readonly [] {
    return [];
  }

  health(): readonly KeySetHealth[] {
    return this.list().map(({ keySet }) => keySet.health());
  }

  close(): void {
    this.#closing.abort();
    for (const { keySet, timer } of this.#held.values()) {
      clearTimeout(timer);
      keySet.close();
    }
  }

  async #refreshIssuer(issuer: string): Promise<void> {
    // A lookup that is under way may have started before the change that the caller wants to see.
    await this.#flights.get(issuer)?.catch(() => undefined);
    if (!this.#held.has(issuer)) {
      this.#misses.delete(issuer);
      return;
    }
    const held = await this.#ask(issuer);
    if (held === undefined) return;
    if (held.keySet.failure !== undefined) throw held.keySet.failure;
    await held.keySet.refresh();
  }

  /** Looks an issuer up, or waits for the lookup that is under way. */
  #ask(issuer: string): Promise<HeldIssuer | undefined> {
    const pending = this.#flights.get(issuer);
    if (pending !== undefined) return pending;
    const flight = this.#context.runInAsyncScope(() => this.#runFlight(issuer));
    this.#flights.set(issuer, flight);
    return flight;
  }

  async #runFlight(issuer: string): Promise<HeldIssuer | undefined> {
    // The caller must add the flight to `#flights` before it can end.
    await Promise.resolve();
    try {
      const askedAt = this.#settings.clock();
      const lookup = this.#held.has(issuer)
        ? this.#lookup.findAgain(issuer)
        : this.#lookup.find(issuer);
      const answer = await lookup.catch((failure: unknown) => {
        throw this.#storeFailure(issuer, failure);
      });
      return this.#store(issuer, answer, askedAt);
    } catch (error) {
      const held = this.#held.peek(issuer);
      if (held?.keySet.failure !== undefined && held.keySet.isTrusted()) return held;
      throw error;
    } finally {
      this.#flights.delete(issuer);
    }
  }

  #askLater(held: HeldIssuer, delayMs: number): void {
    clearTimeout(held.timer);
    if (this.#closing.signal.aborted) return;
    held.timer = setTimeout(this.#askAgain, delayMs, held.issuer).unref();
  }

  /** Called by timers and by guarded requests, so a rejection is handled here. */
  readonly #askAgain = (issuer: string): void => {
    if (this.#closing.signal.aborted) return;
    this.#ask(issuer).catch(() => undefined);
  };

  #store(
    issuer: string,
    answer: ResolvedAnswer | undefined,
    askedAt: number,
  ): HeldIssuer | undefined {
    const held = this.#held.peek(issuer);
    if (answer === undefined) {
      this.#release(held, 'unknown');
      this.#misses.add(issuer, { until: askedAt + UNKNOWN_MS, failure: undefined }, askedAt);
      return undefined;
    }
    if (held?.fingerprint === answer.fingerprint) {
      this.#extend(held, askedAt);
      return held;
    }
    this.#release(held, 'replaced');
    return this.#hold(answer, askedAt);
  }

  #hold({ issuer, fingerprint }: ResolvedAnswer, askedAt: number): HeldIssuer {
    const { issuer: identifier } = issuer;
    const keySet = new RevocableKeySet({
      issuer: identifier,
      keys: createKeySet(issuer, this.#settings),
      period: this.#periodFrom(askedAt),
      clock: this.#settings.clock,
      onDue: () => {
        this.#askAgain(identifier);
      },
    });
    // The lookup may have ended just before `close()`.
    if (this.#closing.signal.aborted) keySet.close();
    const state = { failures: 0, timer: undefined, introspector: undefined };
    const held: HeldIssuer = { ...issuer, keySet, fingerprint, ...state };
    this.#spareUsedIssuers();
    this.#held.set(identifier, held);
    this.#askLater(held, this.#resolver.maxAgeMs);
    return held;
  }

  /**
   * Makes an issuer whose cached tokens are not in use the next one to be evicted. A cached token is
   * accepted without a lookup of its issuer, so the busiest issuers would otherwise appear to be the
   * least used ones. Forged tokens are never cached, so they do not count as use.
   */
  #spareUsedIssuers(): void {
    if (this.#held.size < this.#resolver.max) return;
    for (let left = this.#held.size; left > 0; left -= 1) {
      const oldest = this.#held.rkeys().next().value;
      if (oldest === undefined || this.#held.peek(oldest)?.keySet.wasUsed() !== true) return;
      this.#held.get(oldest);
    }
  }

  #extend(held: HeldIssuer, askedAt: number): void {
    held.failures = 0;
    held.keySet.extend(this.#periodFrom(askedAt));
    this.#askLater(held, this.#resolver.maxAgeMs);
  }

  #periodFrom(askedAt: number): TrustPeriod {
    const dueAt = askedAt + this.#resolver.maxAgeMs;
    return { dueAt, endsAt: dueAt + this.#settings.maxStaleMs };
  }

  #release(held: HeldIssuer | undefined, cause: 'replaced' | 'unknown'): void {
    if (held === undefined) return;
    this.#held.delete(held.issuer);
    release(held, cause);
  }

  /** @returns The error for the callers that wait. */
  #storeFailure(issuer: string, failure: unknown): KeySetUnavailableError {
    const error = failure instanceof Error ? failure : new Error('the lookup failed');
    const now = this.#settings.clock();
    const held = this.#held.peek(issuer);
    if (held !== undefined) this.#postpone(held, now, error);
    this.#misses.add(issuer, { until: now + FAILED_MS, failure: error }, now);
    return unavailable(error, FAILED_MS);
  }

  #postpone(held: HeldIssuer, now: number, cause: Error): void {
    held.failures += 1;
    const delayMs = backoffMs({ failures: held.failures, longestMs: LONGEST_BACKOFF_MS });
    const period = { dueAt: now + delayMs, endsAt: held.keySet.endsAt };
    const { issuer } = held;
    const seconds = retryAfterSeconds(delayMs);
    held.keySet.extend(period, new KeySetUnavailableError(seconds, { issuer, cause }));
    this.#askLater(held, delayMs);
  }
}

function release({ keySet, timer }: HeldIssuer, cause: 'evicted' | 'replaced' | 'unknown'): void {
  clearTimeout(timer);
  keySet.revoke(cause);
}

/** Does not name the issuer, because that comes from a token that is not verified. */
function unavailable(cause: Error, waitMs: number): KeySetUnavailableError {
  return new KeySetUnavailableError(retryAfterSeconds(waitMs), { cause });
}
