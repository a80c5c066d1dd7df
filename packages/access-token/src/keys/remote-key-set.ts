/**
 * Keys that are fetched from their issuer, kept fresh, and kept through outages.
 *
 * The state determines what a search does and when the keys are fetched:
 *
 * | state       | when                                            | findSigner()       | next refresh            |
 * | ----------- | ----------------------------------------------- | ------------------ | ----------------------- |
 * | empty       | nothing was fetched                             | waits              | at the first use        |
 * | fresh       | before `freshUntil`                             | immediate          | from `refreshAt`        |
 * | overdue     | from `freshUntil`, no failure since             | waits              | now                     |
 * | stale       | from `freshUntil`, the last refresh failed      | immediate, event   | after the backoff       |
 * | unavailable | from `usableUntil`, or the first refresh failed | waits, then 503    | after the backoff       |
 *
 * During the backoff, a search in the state `unavailable` does not wait. In the state `empty`, a snapshot may
 * be used before anything was fetched: at once while it is fresh, and otherwise as soon as the issuer has not
 * answered in time, in the state `stale`.
 *
 * @module
 */
import type { FetchedKeys } from './key-lifetime.js';
import { KeyRefresher, type KeyRefresherOptions } from './key-refresher.js';
import type { KeyRing } from './key-ring.js';
import type { KeySet, KeySetHealth, KeySetState, SignerQuery, SignerSearch } from './key-set.js';
import { KeySetMalformedError, KeySetUnavailableError } from './key-set-errors.js';
import { isKeySetObserved, publishKeySetEvent, type UnknownKeyResult } from './key-set-events.js';
import { RefreshBudget } from './refresh-budget.js';
import { retryAfterSeconds } from '../retry-after.js';
import { StaleUses } from '../stale-uses.js';
import type { Algorithm, VerificationKey } from '../jws/signature.js';

type State = 'empty' | 'fresh' | 'overdue' | 'stale' | 'unavailable';

const NONE: readonly VerificationKey[] = Object.freeze([]);

/** A key set that is fetched from its issuer. */
export class RemoteKeySet implements KeySet {
  readonly #issuer: string;
  readonly #clock: () => number;
  readonly #refresher: KeyRefresher;
  readonly #budget = new RefreshBudget();
  readonly #staleUses = new StaleUses();

  constructor(options: KeyRefresherOptions) {
    this.#issuer = options.issuer;
    this.#clock = options.clock;
    this.#refresher = new KeyRefresher(options);
  }

  isUsable(): boolean {
    return this.#current(this.#clock()) !== undefined;
  }

  findSigner(query: SignerQuery): SignerSearch | Promise<SignerSearch> {
    const ring = this.#current(this.#clock());
    if (ring === undefined) return this.#findWhenAnswered(query);
    const found = ring.findSigner(query);
    // A newer key under the same "kid" may have made the signature.
    return found.signer === undefined ? this.#refreshAndFind(query, found.candidates) : found;
  }

  count(alg: Algorithm): number {
    return this.#refresher.keys?.ring.count(alg) ?? 0;
  }

  async whenReady(): Promise<void> {
    const ring = await this.#whenAnswered();
    if (ring.size === 0) throw this.#unavailable();
  }

  async refresh(): Promise<void> {
    if (this.#refresher.isClosed) throw this.#unavailable();
    await this.#refresher.refreshFromNow();
    this.#assertAnswered();
  }

  health(): KeySetHealth {
    const now = this.#clock();
    const { keys, failure } = this.#refresher;
    return {
      issuer: this.#issuer,
      state: this.#reportedState(now),
      keys: keys?.ring.size ?? 0,
      fromSnapshot: keys?.snapshot !== undefined,
      ageMs: keys && now - keys.since,
      lastError: this.#lastError(),
      nextAttemptAt: failure?.retryAt ?? keys?.refreshAt,
    };
  }

  close(): void {
    this.#refresher.close();
  }

  #state(keys: FetchedKeys | undefined, now: number): State {
    const { failure } = this.#refresher;
    if (keys === undefined) return failure === undefined ? 'empty' : 'unavailable';
    if (now < keys.freshUntil) return 'fresh';
    if (now >= keys.usableUntil) return 'unavailable';
    // An old snapshot is used only after the issuer has not answered in time.
    return failure === undefined && keys.snapshot !== 'old' ? 'overdue' : 'stale';
  }

  #reportedState(now: number): KeySetState {
    const { keys } = this.#refresher;
    const state = this.#state(keys, now);
    if (state !== 'unavailable' && keys?.ring.size === 0) return 'withdrawn';
    // In both states the keys are past their lifetime; `lastError` is set only if a refresh has
    // failed.
    return state === 'overdue' ? 'stale' : state;
  }

  /** The keys that can be used now. Starts a refresh that is due. */
  #current(now: number): KeyRing | undefined {
    const { keys } = this.#refresher;
    if (keys === undefined) return undefined;
    if (now >= keys.refreshAt) this.#refreshUnlessBackingOff(now);
    const state = this.#state(keys, now);
    if (state === 'stale') this.#noteStaleUse(now, keys);
    else this.#staleUses.end();
    return state === 'fresh' || state === 'stale' ? keys.ring : undefined;
  }

  #noteStaleUse(now: number, { freshUntil }: FetchedKeys): void {
    const uses = isKeySetObserved() ? this.#staleUses.note(now) : undefined;
    if (uses === undefined) return;
    const staleForMs = now - freshUntil;
    publishKeySetEvent({ issuer: this.#issuer, event: 'stale', staleForMs, uses });
  }

  #refreshUnlessBackingOff(now: number): void {
    const { flight } = this.#refresher;
    if (flight !== undefined || this.#refresher.isBackingOff(now)) return;
    // The timer is late, as after the process was suspended.
    if (this.#refresher.keys !== undefined) void this.#refresher.refresh('due');
    else void this.#refresher.begin(this.#refresher.failure === undefined ? 'first' : 'due');
  }

  /**
   * Waits for the first response when there are no keys. The returned ring is empty if the JWKS is.
   */
  async #whenAnswered(): Promise<KeyRing> {
    const current = this.#current(this.#clock());
    if (current !== undefined && current.size > 0) return current;
    if (current === undefined) this.#refreshUnlessBackingOff(this.#clock());
    await this.#refresher.pending;
    const ring = this.#current(this.#clock());
    if (ring === undefined) throw this.#refresher.fault ?? this.#unavailable();
    return ring;
  }

  async #findWhenAnswered(query: SignerQuery): Promise<SignerSearch> {
    const before = this.#refresher.keys;
    await this.#whenAnswered();
    const found = this.#lookUp(query, NONE);
    // Keys that were fetched while this token waited are up to date, but a snapshot may not be.
    const { keys, failure } = this.#refresher;
    const isNew = keys !== before && keys?.snapshot === undefined && failure === undefined;
    if (isNew || found.signer !== undefined) return found;
    return this.#refreshAndFind(query, found.candidates);
  }

  /** Fetches the keys again, within the budget, and tries those that were not tried before. */
  async #refreshAndFind(
    query: SignerQuery,
    tried: readonly VerificationKey[],
  ): Promise<SignerSearch> {
    const { keys: before, flight } = this.#refresher;
    // A refresh that is under way may return the key. If it was sent before the key was published,
    // one more follows.
    if (flight !== undefined) {
      await flight;
      const found = this.#lookUp(query, tried);
      const isChanged = this.#refresher.keys?.ring !== before?.ring;
      if (isChanged && found.candidates.length > 0) return this.#publishSearch(found, 'unknown');
    }
    const refreshed = this.#refresher.flight ?? this.#refreshWithinBudget();
    await refreshed;
    // While the issuer cannot be reached an unknown key may still be valid: 503, not 401.
    if (!isNamed(query, tried)) this.#assertAnswered();
    else if (this.#refresher.fault !== undefined) throw this.#refresher.fault;
    const isSpent = refreshed === undefined && this.#refresher.failure === undefined;
    return this.#publishSearch(this.#lookUp(query, tried), isSpent ? 'budget_spent' : 'unknown');
  }

  /** @param missing - The result if the key was not found. */
  #publishSearch(found: SignerSearch, missing: UnknownKeyResult): SignerSearch {
    const result = found.signer === undefined ? missing : 'found';
    publishKeySetEvent({ issuer: this.#issuer, event: 'unknown-key', result });
    return found;
  }

  #lookUp(query: SignerQuery, tried: readonly VerificationKey[]): SignerSearch {
    const ring = this.#refresher.keys?.ring;
    return ring?.findSigner(query, tried) ?? { signer: undefined, candidates: tried };
  }

  #refreshWithinBudget(): Promise<void> | undefined {
    const now = this.#clock();
    if (this.#refresher.isBackingOff(now) || !this.#budget.spend(now)) return undefined;
    return this.#refresher.refresh('unknown_key');
  }

  /** Throws unless the last refresh succeeded. */
  #assertAnswered(): void {
    const { fault, failure, isClosed } = this.#refresher;
    if (fault !== undefined) throw fault;
    if (failure !== undefined || isClosed) throw this.#unavailable();
  }

  #lastError(): Error | undefined {
    const { keys, failure } = this.#refresher;
    if (failure !== undefined) return failure.error;
    return keys?.ring.size === 0 ? new KeySetMalformedError('no_keys', keys.url) : undefined;
  }

  #unavailable(): KeySetUnavailableError {
    const { keys, failure } = this.#refresher;
    const retryAt = failure?.retryAt ?? (keys?.ring.size === 0 ? keys.refreshAt : 0);
    const seconds = retryAfterSeconds(retryAt - this.#clock());
    return new KeySetUnavailableError(seconds, { issuer: this.#issuer, cause: this.#lastError() });
  }
}

/**
 * Whether the token names a key that the issuer has published. That key stays trusted while the issuer
 * cannot be reached, so a bad signature is refused then: forged tokens must not cause a 503.
 */
function isNamed({ kid }: SignerQuery, candidates: readonly VerificationKey[]): boolean {
  return kid !== undefined && candidates.length > 0;
}
