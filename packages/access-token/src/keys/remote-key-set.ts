/**
 * Keys that are fetched from their issuer: once, kept fresh, kept through outages.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { KeySetMalformedError, KeySetUnavailableError, refreshErrorOf } from './key-set-errors.js';
import { isKeySetObserved, publishKeySetEvent } from './key-set-events.js';
import { backoffMs, type HeldKeys, type HoldingPolicy, holdKeys } from './fetched-keys.js';
import type { JwksAnswer, JwksSource } from './jwks-source.js';
import { KeyRing } from './key-ring.js';
import type { KeySet, KeySetHealth, KeySetState } from './key-set.js';
import { RefreshBudget } from './refresh-budget.js';
import type { Algorithm, VerificationKey } from '../jws/signature.js';

/** What a {@link RemoteKeySet} works with. */
export interface RemoteKeySetOptions extends HoldingPolicy {
  readonly issuer: string;
  readonly algorithms: readonly Algorithm[];
  readonly source: JwksSource;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

interface Failure {
  readonly error: Error;
  /** In a row. */
  readonly count: number;
  readonly retryAt: number;
}

/**
 * A key set that is fetched from its issuer.
 *
 * Fetches run in the async context in which the set was made, never in that of the request that
 * starts one: a `fetch` that reads `AsyncLocalStorage` must not send one caller's data for another.
 */
export class RemoteKeySet implements KeySet {
  readonly #options: RemoteKeySetOptions;
  readonly #budget = new RefreshBudget();
  readonly #closing = new AbortController();
  readonly #context = new AsyncResource('ScopegateKeySet');
  #held: HeldKeys | undefined;
  #failure: Failure | undefined;
  /** What kept the last flight from asking, or from noting its failure: the clock threw it. */
  #fault: Error | undefined;
  #flight: Promise<void> | undefined;
  /** Begins when {@link RemoteKeySet.#flight} has ended. */
  #nextFlight: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RemoteKeySetOptions) {
    this.#options = options;
  }

  isUsable(): boolean {
    return this.#current(this.#options.clock()) !== undefined;
  }

  find(
    alg: Algorithm,
    kid: string | undefined,
  ): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    const ring = this.#current(this.#options.clock());
    if (ring === undefined) return this.#findWhenAnswered(alg, kid);
    const keys = ring.find(alg, kid);
    return keys.length > 0 ? keys : this.findAnew(alg, kid);
  }

  async findAnew(alg: Algorithm, kid: string | undefined): Promise<readonly VerificationKey[]> {
    const before = this.#held;
    // A refresh that is under way may bring the key; if it was asked before the key was there, one
    // more will.
    if (this.#flight !== undefined) {
      await this.#flight;
      const keys = this.#findHeld(alg, kid);
      if (keys.length > 0 && this.#held?.ring !== before?.ring) return keys;
    }
    await (this.#flight ?? this.#refreshWithinBudget());
    // A key that we do not know may be a good one, as long as we cannot ask.
    this.#assertAnswered();
    return this.#findHeld(alg, kid);
  }

  count(alg: Algorithm): number {
    return this.#held?.ring.count(alg) ?? 0;
  }

  async ready(): Promise<void> {
    const ring = await this.#answered();
    if (ring.size === 0) throw this.#unavailable();
  }

  async refresh(): Promise<void> {
    if (this.#isClosed()) throw this.#unavailable();
    await this.#refreshFromNow();
    this.#assertAnswered();
  }

  health(): KeySetHealth {
    const now = this.#options.clock();
    const held = this.#held;
    return {
      issuer: this.#options.issuer,
      state: this.#state(now),
      keys: held?.ring.size ?? 0,
      ageMs: held && now - held.since,
      lastError: this.#lastError(),
      nextAttemptAt: this.#failure?.retryAt ?? held?.refreshAt,
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
  }

  /** The ring that serves now, if one does. Past its lifetime only after a refresh has failed. */
  #current(now: number): KeyRing | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    if (now >= held.refreshAt && this.#flight === undefined && !this.#isBackingOff(now)) {
      void this.#refresh();
    }
    if (now < held.freshUntil) return held.ring;
    if (now >= held.usableUntil || this.#failure === undefined) return undefined;
    if (isKeySetObserved()) {
      const { issuer } = this.#options;
      publishKeySetEvent({ issuer, event: 'stale', staleForMs: now - held.freshUntil });
    }
    return held.ring;
  }

  /** Waits for the first answer where there is none; it may be that there are no keys. */
  async #answered(): Promise<KeyRing> {
    const { clock } = this.#options;
    const current = this.#current(clock());
    if (current !== undefined && current.size > 0) return current;
    const isDue = current === undefined && !this.#isBackingOff(clock());
    if (this.#flight === undefined && isDue) void this.#refresh();
    await this.#flight;
    const ring = this.#current(clock());
    if (ring === undefined) throw this.#fault ?? this.#unavailable();
    return ring;
  }

  /** Passes where the last flight brought an answer. */
  #assertAnswered(): void {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#failure !== undefined || this.#isClosed()) throw this.#unavailable();
  }

  async #findWhenAnswered(
    alg: Algorithm,
    kid: string | undefined,
  ): Promise<readonly VerificationKey[]> {
    const asked = this.#held;
    await this.#answered();
    const keys = this.#findHeld(alg, kid);
    // What was fetched for this token a moment ago needs no second look.
    const isNew = this.#held !== asked && this.#failure === undefined;
    return keys.length > 0 || isNew ? keys : this.findAnew(alg, kid);
  }

  #findHeld(alg: Algorithm, kid: string | undefined): readonly VerificationKey[] {
    return this.#held?.ring.find(alg, kid) ?? [];
  }

  #state(now: number): KeySetState {
    if (this.#held === undefined) return this.#failure === undefined ? 'empty' : 'unavailable';
    const { ring, freshUntil, usableUntil } = this.#held;
    if (now >= usableUntil) return 'unavailable';
    if (ring.size === 0) return 'withdrawn';
    return now < freshUntil ? 'fresh' : 'stale';
  }

  #lastError(): Error | undefined {
    if (this.#failure !== undefined) return this.#failure.error;
    const held = this.#held;
    return held?.ring.size === 0 ? new KeySetMalformedError('no_keys', held.url) : undefined;
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #isBackingOff(now: number): boolean {
    return this.#failure !== undefined && now < this.#failure.retryAt;
  }

  #refreshWithinBudget(): Promise<void> | undefined {
    const now = this.#options.clock();
    if (this.#isBackingOff(now) || !this.#budget.take(now)) return undefined;
    return this.#refresh();
  }

  /** An answer that is under way may have been given before the caller changed something. */
  #refreshFromNow(): Promise<void> {
    if (this.#flight === undefined) return this.#refresh();
    this.#nextFlight ??= this.#flight.then(() => {
      this.#nextFlight = undefined;
      return this.#refresh();
    });
    return this.#nextFlight;
  }

  /** Asks the issuer once; all who ask meanwhile wait for the same answer. Never rejects. */
  #refresh(): Promise<void> {
    this.#flight ??= this.#context.runInAsyncScope(() => this.#fly());
    return this.#flight;
  }

  async #fly(): Promise<void> {
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
      const answer = await source.fetch(askedAt, this.#held?.version, signal);
      const ring = await this.#ringOf(answer);
      if (!signal.aborted) this.#take(answer, ring, askedAt);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  /** Imports the keys of an answer, and lets other work pass between slices. */
  async #ringOf({ changed, url }: JwksAnswer): Promise<KeyRing> {
    const older = this.#held?.ring;
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
    // Members of which none can be used withdraw nothing in so many words.
    if (ring.size === 0 && ring.skipped.length > 0) {
      throw new KeySetMalformedError('no_usable_key', url);
    }
    return ring;
  }

  #take(answer: JwksAnswer, ring: KeyRing, askedAt: number): void {
    const { issuer } = this.#options;
    const before = this.#held;
    const held = holdKeys({ answer, ring, askedAt, before }, this.#options);
    const { added, withdrawn } = ring.succeed(before?.ring ?? KeyRing.of([]));
    this.#held = held;
    this.#failure = undefined;
    this.#refreshIn(held.refreshAt - askedAt);
    if (added + withdrawn > 0) publishKeySetEvent({ issuer, event: 'changed', added, withdrawn });
    publishKeySetEvent({
      issuer,
      event: 'refreshed',
      keys: ring.size,
      notModified: answer.changed === undefined,
      lifetimeMs: held.lifetimeMs,
    });
    if (ring.size === 0) {
      publishKeySetEvent({ issuer, event: 'withdrawn', retryInMs: held.refreshAt - askedAt });
    }
  }

  #fail(cause: unknown): void {
    const { issuer, clock } = this.#options;
    const error = refreshErrorOf(cause);
    const failures = (this.#failure?.count ?? 0) + 1;
    const retryInMs = backoffMs(failures);
    this.#failure = { error, count: failures, retryAt: clock() + retryInMs };
    this.#refreshIn(retryInMs);
    publishKeySetEvent({ issuer, event: 'failed', error, failures, retryInMs });
  }

  #refreshIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), delayMs).unref();
  }

  #unavailable(): KeySetUnavailableError {
    const { clock, issuer } = this.#options;
    const held = this.#held;
    const retryAt = this.#failure?.retryAt ?? (held?.ring.size === 0 ? held.refreshAt : 0);
    const seconds = Math.min(300, Math.max(1, Math.ceil((retryAt - clock()) / 1000)));
    return new KeySetUnavailableError(seconds, { issuer, cause: this.#lastError() });
  }
}
