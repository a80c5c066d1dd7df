/**
 * Fetches the keys of one issuer: one request at a time, ahead of expiry, and again after a failure.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { backoffMs, formatUrl, pause } from '@scopegate/protocol/internal';
import { importKeys } from './import-keys.js';
import {
  createFetchedKeys,
  createSnapshotKeys,
  type FetchedKeys,
  type LifetimePolicy,
  LONGEST_BACKOFF_MS,
} from './key-lifetime.js';
import type { JwksAnswer, JwksSource } from './jwks-source.js';
import { KeyRing } from './key-ring.js';
import { refreshErrorOf } from './key-set-errors.js';
import { publishKeySetEvent, type RefreshTrigger, timeRefresh } from './key-set-events.js';
import type { IssuerSnapshot } from '../snapshots/issuer-snapshot.js';
import type { Algorithm } from '../jws/signature.js';

/** Options of a {@link KeyRefresher}. */
export interface KeyRefresherOptions extends LifetimePolicy {
  readonly issuer: string;
  readonly algorithms: readonly Algorithm[];
  readonly source: JwksSource;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Where the keys are stored for processes that start; `undefined` if nowhere. */
  readonly snapshot?: IssuerSnapshot | undefined;
}

/** How long the first request may take before a snapshot that is past its lifetime is used. */
const SNAPSHOT_WAIT_MS = 500;

/** A request for the keys. */
interface KeyRequest {
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly time: ReturnType<typeof timeRefresh>;
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
  /** Waits for a snapshot, and then for the first request unless the snapshot replaces it. */
  #beginning: Promise<void> | undefined;
  /** The JWKS of the last response; kept only for snapshots. */
  #jwks: unknown;
  /** Starts when {@link KeyRefresher.#flight} has ended. */
  #nextFlight: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeyRefresherOptions) {
    this.#options = options;
  }

  /** The keys of the last successful response, or of a snapshot before the first. */
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

  /** What brings the first keys: the reading of a snapshot, or a refresh. Never rejects. */
  get pending(): Promise<void> | undefined {
    return this.#beginning ?? this.#flight;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Whether no request may be sent yet, because the last refresh failed. */
  isBackingOff(now: number): boolean {
    return this.#failure !== undefined && now < this.#failure.retryAt;
  }

  /** Uses the snapshot if there is one, and fetches the keys otherwise. Never rejects. */
  begin(trigger: RefreshTrigger): Promise<void> {
    const { snapshot } = this.#options;
    if (snapshot === undefined || snapshot.isRead) return this.#beginning ?? this.refresh(trigger);
    this.#beginning ??= this.#context.runInAsyncScope(async () => {
      this.#fault = undefined;
      await this.#beginWith(snapshot, trigger).catch((fault: unknown) => {
        this.#fault = refreshErrorOf(fault);
      });
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  /** Fetches the keys, or waits for the request that is under way. Never rejects. */
  refresh(trigger: RefreshTrigger): Promise<void> {
    this.#flight ??= this.#context.runInAsyncScope(() => this.#runFlight(trigger));
    return this.#flight;
  }

  /**
   * Fetches the keys after the request that is under way, whose response may be older than the
   * call. Never rejects.
   */
  refreshFromNow(): Promise<void> {
    if (this.#flight === undefined) return this.refresh('requested');
    this.#nextFlight ??= this.#flight.then(() => {
      this.#nextFlight = undefined;
      return this.refresh('requested');
    });
    return this.#nextFlight;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
  }

  async #runFlight(trigger: RefreshTrigger): Promise<void> {
    this.#fault = undefined;
    await this.#ask(trigger).catch((fault: unknown) => {
      this.#fault = refreshErrorOf(fault);
    });
    this.#flight = undefined;
  }

  async #ask(trigger: RefreshTrigger): Promise<void> {
    const { clock, source } = this.#options;
    const request = { askedAt: clock(), time: timeRefresh(trigger) };
    const { signal } = this.#closing;
    try {
      const answer = await source.fetch(request.askedAt, this.#keys?.version, signal);
      const ring = await this.#importAnswer(answer);
      if (signal.aborted) return;
      this.#publishMediaTypes(answer);
      this.#store(answer, ring, request);
    } catch (error) {
      if (!signal.aborted) this.#storeFailure(error, request);
    }
  }

  async #beginWith(snapshot: IssuerSnapshot, trigger: RefreshTrigger): Promise<void> {
    const found = await this.#readSnapshot(snapshot);
    if (this.#keys !== undefined || this.isClosed) return;
    if (found?.snapshot === 'fresh') {
      this.#useSnapshot(found);
      return;
    }
    const flight = this.refresh(trigger);
    if (found === undefined) {
      await flight;
      return;
    }
    const waiting = new AbortController();
    await Promise.race([flight, pause(SNAPSHOT_WAIT_MS, waiting.signal)]);
    waiting.abort();
    this.#useSnapshot(found);
  }

  /** Imports a snapshot as if the issuer had sent it; one without keys is not used. */
  async #readSnapshot(snapshot: IssuerSnapshot): Promise<FetchedKeys | undefined> {
    const found = await snapshot.read();
    if (found === undefined) return undefined;
    try {
      const ring = await importKeys(found.jwks, this.#options, { url: found.url });
      if (ring.size === 0) return undefined;
      const nowMs = this.#options.clock();
      return createSnapshotKeys({ snapshot: found, ring, nowMs }, this.#options);
    } catch {
      return undefined;
    }
  }

  /** Never replaces keys that this process has fetched. */
  #useSnapshot(keys: FetchedKeys): void {
    if (this.#keys !== undefined || this.isClosed) return;
    const { issuer, clock } = this.#options;
    const nowMs = clock();
    this.#keys = keys;
    this.#refreshIn(Math.max(keys.refreshAt, this.#failure?.retryAt ?? 0) - nowMs);
    const isFresh = keys.snapshot === 'fresh';
    const ageMs = nowMs - keys.since;
    publishKeySetEvent({ issuer, event: 'snapshot-used', keys: keys.ring.size, ageMs, isFresh });
  }

  async #importAnswer({ changed, url }: JwksAnswer): Promise<KeyRing> {
    const before = this.#keys;
    const isConfirmed = changed === undefined && before?.snapshot === undefined;
    if (isConfirmed && before !== undefined) return before.ring;
    return await importKeys(changed?.jwks, this.#options, { older: before?.ring, url });
  }

  #publishMediaTypes({ unexpectedMediaTypes }: JwksAnswer): void {
    const { issuer } = this.#options;
    for (const url of unexpectedMediaTypes) {
      publishKeySetEvent({ issuer, event: 'media-type', url: formatUrl(url) });
    }
  }

  #store(answer: JwksAnswer, ring: KeyRing, { askedAt, time }: KeyRequest): void {
    const { issuer } = this.#options;
    const before = this.#keys;
    const keys = createFetchedKeys({ answer, ring, askedAt, before }, this.#options);
    const { added, withdrawn } = ring.replace(before?.ring ?? KeyRing.of([]));
    const refreshInMs = keys.refreshAt - askedAt;
    this.#keys = keys;
    this.#failure = undefined;
    this.#refreshIn(refreshInMs);
    this.#offerSnapshot(answer, added + withdrawn > 0);
    if (added + withdrawn > 0) publishKeySetEvent({ issuer, event: 'changed', added, withdrawn });
    publishKeySetEvent({
      issuer,
      event: 'refreshed',
      keys: ring.size,
      notModified: answer.changed === undefined,
      lifetimeMs: keys.lifetimeMs,
      ...time(),
    });
    if (ring.size === 0) publishKeySetEvent({ issuer, event: 'withdrawn', retryInMs: refreshInMs });
  }

  #offerSnapshot({ changed, url }: JwksAnswer, isChanged: boolean): void {
    const { snapshot } = this.#options;
    if (snapshot === undefined || this.#keys === undefined) return;
    if (changed !== undefined) this.#jwks = changed.jwks;
    const { since, freshness, lifetimeMs } = this.#keys;
    snapshot.offer({
      jwks: this.#jwks,
      url,
      fetchedAt: since,
      lifetimeMs: freshness.lifetimeMs,
      usedForMs: lifetimeMs,
      isChanged,
    });
  }

  #storeFailure(cause: unknown, { time }: KeyRequest): void {
    const { issuer, clock, jitter } = this.#options;
    const error = refreshErrorOf(cause);
    const failures = (this.#failure?.count ?? 0) + 1;
    const retryInMs = backoffMs({ failures, longestMs: LONGEST_BACKOFF_MS, jitter });
    this.#failure = { error, count: failures, retryAt: clock() + retryInMs };
    this.#refreshIn(retryInMs);
    publishKeySetEvent({ issuer, event: 'failed', error, failures, retryInMs, ...time() });
  }

  #refreshIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void (this.#keys === undefined ? this.begin('scheduled') : this.refresh('scheduled'));
    }, delayMs).unref();
  }
}
