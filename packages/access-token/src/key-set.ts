/**
 * The keys of one issuer, as the verifier sees them: fetched once, kept fresh, kept through outages.
 *
 * @module
 */
import { KeySetUnavailableError } from './errors.js';
import { isKeySetObserved, publishKeySetEvent } from './events.js';
import type { Freshness } from './freshness.js';
import type { JwksAnswer, JwksSource, JwksVersion } from './jwks-source.js';
import { KeyRing } from './key-ring.js';
import { RefreshBudget } from './refresh-budget.js';
import type { Algorithm, VerificationKey } from './signature.js';

/**
 * `empty`: nothing fetched yet; `fresh`: within its lifetime; `stale`: older, kept for an outage;
 * `unavailable`: there is nothing to verify with.
 */
export type KeySetState = 'empty' | 'fresh' | 'stale' | 'unavailable';

/** How a key set is doing. Holds no key and nothing of any token. */
export interface KeySetHealth {
  readonly issuer: string;
  readonly state: KeySetState;
  /** How many keys can be used. */
  readonly keys: number;
  /** Since the last good answer, in milliseconds. */
  readonly ageMs: number | undefined;
  /** Why the last attempt failed; `undefined` after a good one. */
  readonly lastError: Error | undefined;
  /** When the next refresh is due, milliseconds since the epoch. */
  readonly nextAttemptAt: number | undefined;
}

/** The keys of one issuer. */
export interface KeySet {
  /** Says whether keys can be used right now, without waiting. Starts a refresh that is due. */
  isUsable(): boolean;
  /**
   * Finds the keys that a token may be signed with.
   *
   * @returns At once where it can; no keys when the issuer has none such.
   * @throws KeySetUnavailableError (rejects) When that cannot be known now.
   */
  find(
    alg: Algorithm,
    kid: string | undefined,
  ): readonly VerificationKey[] | Promise<readonly VerificationKey[]>;
  /** As {@link find}, after asking the issuer anew, within the budget for that. */
  findAnew(alg: Algorithm, kid: string | undefined): Promise<readonly VerificationKey[]>;
  /** Resolves when keys can be used. */
  ready(): Promise<void>;
  health(): KeySetHealth;
  close(): void;
}

/** Times of a {@link RemoteKeySet}, in milliseconds. */
export interface KeySetTimings {
  readonly maxStaleMs: number;
  readonly clampLifetimeMs: (lifetimeMs: number | undefined) => number;
}

/** What a {@link RemoteKeySet} works with. */
export interface RemoteKeySetOptions extends KeySetTimings {
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

/** A good answer and its times, milliseconds since the epoch. */
interface Held {
  readonly ring: KeyRing;
  readonly version: JwksVersion | undefined;
  /** As the response headers put it. */
  readonly freshness: Freshness;
  readonly since: number;
  readonly refreshAt: number;
  readonly freshUntil: number;
  readonly usableUntil: number;
}

const MIN_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60_000;
// Jitter is in [0, 1): many servers that started together do not ask together.
const REFRESH_FROM = 0.8;
const REFRESH_JITTER = 0.1;

/** A key set that is fetched from its issuer. */
export class RemoteKeySet implements KeySet {
  readonly #options: RemoteKeySetOptions;
  readonly #budget = new RefreshBudget();
  readonly #closing = new AbortController();
  #held: Held | undefined;
  #failure: Failure | undefined;
  #flight: Promise<void> | undefined;
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
    if (ring === undefined) return this.#findWhenReady(alg, kid);
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
    if (this.#failure !== undefined || this.#closing.signal.aborted) throw this.#unavailable();
    return this.#findHeld(alg, kid);
  }

  async ready(): Promise<void> {
    const { clock } = this.#options;
    if (this.#current(clock()) !== undefined) return;
    if (this.#flight === undefined && !this.#isBackingOff(clock())) void this.#refresh();
    await this.#flight;
    if (this.#current(clock()) === undefined) throw this.#unavailable();
  }

  health(): KeySetHealth {
    const now = this.#options.clock();
    const held = this.#held;
    return {
      issuer: this.#options.issuer,
      state: this.#state(now),
      keys: held?.ring.size ?? 0,
      ageMs: held && now - held.since,
      lastError: this.#failure?.error,
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

  async #findWhenReady(
    alg: Algorithm,
    kid: string | undefined,
  ): Promise<readonly VerificationKey[]> {
    const asked = this.#held;
    await this.ready();
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
    if (now < this.#held.freshUntil) return 'fresh';
    return now < this.#held.usableUntil ? 'stale' : 'unavailable';
  }

  #isBackingOff(now: number): boolean {
    return this.#failure !== undefined && now < this.#failure.retryAt;
  }

  #refreshWithinBudget(): Promise<void> | undefined {
    const now = this.#options.clock();
    if (this.#isBackingOff(now) || !this.#budget.take(now)) return undefined;
    return this.#refresh();
  }

  /** Asks the issuer once, whoever asks meanwhile waits for the same answer. Never rejects. */
  #refresh(): Promise<void> {
    // Nothing but the clock fails here, and the next to read it is told.
    this.#flight ??= this.#ask()
      .catch(() => undefined)
      .finally(() => {
        this.#flight = undefined;
      });
    return this.#flight;
  }

  async #ask(): Promise<void> {
    const { clock, source } = this.#options;
    const askedAt = clock();
    const { signal } = this.#closing;
    try {
      const answer = await source.fetch(askedAt, this.#held?.version, signal);
      if (!signal.aborted) this.#take(answer, askedAt);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #take({ changed, ...said }: JwksAnswer, askedAt: number): void {
    const { issuer, algorithms, maxStaleMs, clampLifetimeMs } = this.#options;
    const before = changed === undefined ? this.#held : undefined;
    const ring = before?.ring ?? this.#import(changed?.jwks, algorithms);
    // RFC 9111 §4.3.4: what a 304 does not say again is as it was.
    const isSilent = said.lifetimeMs === undefined && !said.mustRevalidate;
    const freshness = before !== undefined && isSilent ? before.freshness : said;
    const lifetime = clampLifetimeMs(freshness.lifetimeMs);
    const freshUntil = askedAt + lifetime;
    const refreshAfter = Math.round(lifetime * (REFRESH_FROM + REFRESH_JITTER * Math.random()));
    this.#held = {
      ring,
      version: before ? before.version : changed?.version,
      freshness,
      since: askedAt,
      refreshAt: askedAt + refreshAfter,
      freshUntil,
      usableUntil: freshness.mustRevalidate ? freshUntil : freshUntil + maxStaleMs,
    };
    this.#failure = undefined;
    this.#refreshIn(refreshAfter);
    publishKeySetEvent({
      issuer,
      event: 'refreshed',
      keys: ring.size,
      notModified: before !== undefined,
      lifetimeMs: lifetime,
    });
  }

  #import(jwks: unknown, algorithms: readonly Algorithm[]): KeyRing {
    const { issuer } = this.#options;
    const imported = KeyRing.import(jwks, algorithms);
    for (const skipped of imported.skipped) {
      publishKeySetEvent({ issuer, event: 'key-skipped', ...skipped });
    }
    const { ring, added, withdrawn } = imported.succeed(this.#held?.ring ?? KeyRing.of([]));
    if (added + withdrawn > 0) publishKeySetEvent({ issuer, event: 'changed', added, withdrawn });
    return ring;
  }

  #fail(cause: unknown): void {
    const { issuer, clock } = this.#options;
    const error = cause instanceof Error ? cause : new Error('the refresh failed', { cause });
    const failures = (this.#failure?.count ?? 0) + 1;
    const ceiling = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** (failures - 1));
    const retryInMs = Math.round(ceiling * (0.75 + 0.25 * Math.random()));
    this.#failure = { error, count: failures, retryAt: clock() + retryInMs };
    this.#refreshIn(retryInMs);
    publishKeySetEvent({ issuer, event: 'failed', error, failures, retryInMs });
  }

  #refreshIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), delayMs).unref();
  }

  #unavailable(): KeySetUnavailableError {
    const waitMs = (this.#failure?.retryAt ?? 0) - this.#options.clock();
    const seconds = Math.min(300, Math.max(1, Math.ceil(waitMs / 1000)));
    return new KeySetUnavailableError(seconds, { cause: this.#failure?.error });
  }
}
