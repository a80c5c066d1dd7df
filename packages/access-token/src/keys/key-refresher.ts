/**
 * Fetches the keys of one issuer: one request at a time, ahead of expiry, and again after a failure.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { backoffMs, formatUrl } from '@scopegate/protocol/internal';
import {
  createFetchedKeys,
  type FetchedKeys,
  type LifetimePolicy,
  LONGEST_BACKOFF_MS,
} from './key-lifetime.js';
import type { JwksAnswer, JwksSource } from './jwks-source.js';
import { KeyRing } from './key-ring.js';
import { KeySetMalformedError, refreshErrorOf } from './key-set-errors.js';
import { publishKeySetEvent } from './key-set-events.js';
import type { Algorithm } from '../jws/signature.js';

/** Options of a {@link KeyRefresher}. */
export interface KeyRefresherOptions extends LifetimePolicy {
  readonly issuer: string;
  readonly algorithms: readonly Algorithm[];
  readonly source: JwksSource;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A refresh that failed. */
export interface RefreshFailure {
  readonly error: Error;
  /** Consecutive failures, including this one. */
  readonly count: number;
  /** The end of the backoff, in milliseconds since the epoch. */
  readonly retryAt: number;
}

/**
 * Fetches the keys of one issuer, and keeps those of the last successful response.
 *
 * Requests run in the async context in which the refresher was created, never in that of the
 * request that causes them: a `fetch` that reads `AsyncLocalStorage` must not send one caller's
 * data on behalf of another.
 */
export class KeyRefresher {
  readonly #options: KeyRefresherOptions;
  readonly #closing = new AbortController();
  readonly #context = new AsyncResource('ScopegateKeySet');
  #keys: FetchedKeys | undefined;
  #failure: RefreshFailure | undefined;
  #fault: Error | undefined;
  #flight: Promise<void> | undefined;
  /** Starts when {@link KeyRefresher.#flight} has ended. */
  #nextFlight: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeyRefresherOptions) {
    this.#options = options;
  }

  /** The keys of the last successful response. */
  get keys(): FetchedKeys | undefined {
    return this.#keys;
  }

  /** The last refresh, if it failed. */
  get failure(): RefreshFailure | undefined {
    return this.#failure;
  }

  /**
   * The error that the clock threw in the last refresh, in which case no request was sent or no
   * backoff was set.
   */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** The refresh that is under way. Never rejects. */
  get flight(): Promise<void> | undefined {
    return this.#flight;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Whether no request may be sent yet, because the last refresh failed. */
  isBackingOff(now: number): boolean {
    return this.#failure !== undefined && now < this.#failure.retryAt;
  }

  /** Fetches the keys, or waits for the request that is under way. Never rejects. */
  refresh(): Promise<void> {
    this.#flight ??= this.#context.runInAsyncScope(() => this.#runFlight());
    return this.#flight;
  }

  /**
   * Fetches the keys after the request that is under way, whose response may be older than the
   * call. Never rejects.
   */
  refreshFromNow(): Promise<void> {
    if (this.#flight === undefined) return this.refresh();
    this.#nextFlight ??= this.#flight.then(() => {
      this.#nextFlight = undefined;
      return this.refresh();
    });
    return this.#nextFlight;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
  }

  async #runFlight(): Promise<void> {
    this.#fault = undefined;
    await this.#ask().catch((fault: unknown) => {
      this.#fault = refreshErrorOf(fault);
    });
    this.#flight = undefined;
  }

  async #ask(): Promise<void> {
    const { clock, source } = this.#options;
    const askedAt = clock();
    const { signal } = this.#closing;
    try {
      const answer = await source.fetch(askedAt, this.#keys?.version, signal);
      const ring = await this.#importKeys(answer);
      if (signal.aborted) return;
      this.#publishMediaTypes(answer);
      this.#store(answer, ring, askedAt);
    } catch (error) {
      if (!signal.aborted) this.#storeFailure(error);
    }
  }

  /** Imports the keys of a response in slices, so that other work can run in between. */
  async #importKeys({ changed, url }: JwksAnswer): Promise<KeyRing> {
    const older = this.#keys?.ring;
    if (changed === undefined && older !== undefined) return older;
    const { issuer, algorithms } = this.#options;
    const importing = KeyRing.importInSlices(changed?.jwks, algorithms, { older, url });
    let step = importing.next();
    while (step.done !== true) {
      await setImmediate();
      step = importing.next();
    }
    const ring = step.value;
    for (const skipped of ring.skipped) {
      publishKeySetEvent({ issuer, event: 'key-skipped', ...skipped });
    }
    // Only an empty array withdraws all keys; keys that cannot be used are a failure.
    if (ring.size === 0 && ring.skipped.length > 0) {
      throw new KeySetMalformedError('no_usable_key', url);
    }
    return ring;
  }

  #publishMediaTypes({ unexpectedMediaTypes }: JwksAnswer): void {
    const { issuer } = this.#options;
    for (const url of unexpectedMediaTypes) {
      publishKeySetEvent({ issuer, event: 'media-type', url: formatUrl(url) });
    }
  }

  #store(answer: JwksAnswer, ring: KeyRing, askedAt: number): void {
    const { issuer } = this.#options;
    const before = this.#keys;
    const keys = createFetchedKeys({ answer, ring, askedAt, before }, this.#options);
    const { added, withdrawn } = ring.replace(before?.ring ?? KeyRing.of([]));
    const refreshInMs = keys.refreshAt - askedAt;
    this.#keys = keys;
    this.#failure = undefined;
    this.#refreshIn(refreshInMs);
    if (added + withdrawn > 0) publishKeySetEvent({ issuer, event: 'changed', added, withdrawn });
    publishKeySetEvent({
      issuer,
      event: 'refreshed',
      keys: ring.size,
      notModified: answer.changed === undefined,
      lifetimeMs: keys.lifetimeMs,
    });
    if (ring.size === 0) publishKeySetEvent({ issuer, event: 'withdrawn', retryInMs: refreshInMs });
  }

  #storeFailure(cause: unknown): void {
    const { issuer, clock, jitter } = this.#options;
    const error = refreshErrorOf(cause);
    const failures = (this.#failure?.count ?? 0) + 1;
    const retryInMs = backoffMs({ failures, longestMs: LONGEST_BACKOFF_MS, jitter });
    this.#failure = { error, count: failures, retryAt: clock() + retryInMs };
    this.#refreshIn(retryInMs);
    publishKeySetEvent({ issuer, event: 'failed', error, failures, retryInMs });
  }

  #refreshIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), delayMs).unref();
  }
}
