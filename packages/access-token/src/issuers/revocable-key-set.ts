/**
 * Keys of an issuer that may cease to be trusted.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { isThenable } from '@scopegate/protocol/internal';
import type { KeySet, KeySetHealth, SignerQuery, SignerSearch } from '../keys/key-set.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import { retryAfterSeconds } from '../retry-after.js';
import type { Algorithm } from '../jws/signature.js';

/**
 * Why an issuer is no longer held. `evicted`: others were used more recently. `replaced`: its
 * options have changed. `unknown`: the application no longer knows it.
 */
export type RevocationCause = 'evicted' | 'replaced' | 'unknown';

/** How long an issuer is trusted without another lookup. */
export interface TrustPeriod {
  /** When the issuer is looked up again, in milliseconds since the epoch. */
  readonly dueAt: number;
  /** When the trust ends if that lookup fails, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Options of a {@link RevocableKeySet}. */
export interface RevocableKeySetOptions {
  readonly issuer: string;
  readonly keys: KeySet;
  readonly period: TrustPeriod;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Called when the key set is used from `dueAt` on, possibly often. Must not throw. */
  readonly onDue: () => void;
}

/** The key set of an issuer that was found at run time. */
export class RevocableKeySet implements KeySet {
  readonly #options: RevocableKeySetOptions;
  readonly #listeners = new Set<() => void>();
  #period: TrustPeriod;
  #failure: Error | undefined;
  #revoked: RevocationCause | undefined;
  #isUsed = false;

  constructor(options: RevocableKeySetOptions) {
    this.#options = options;
    this.#period = options.period;
  }

  /** Why the issuer is no longer held; `undefined` while it is held. */
  get revoked(): RevocationCause | undefined {
    return this.#revoked;
  }

  /** When the trust ends unless a lookup finds the issuer again. */
  get endsAt(): number {
    return this.#period.endsAt;
  }

  /** Why the last lookup failed; `undefined` if it did not. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Whether tokens of the issuer may be accepted. Starts a lookup that is due. */
  isTrusted(): boolean {
    if (this.#revoked !== undefined) return false;
    const now = this.#options.clock();
    if (now >= this.#period.dueAt) this.#options.onDue();
    return now < this.#period.endsAt;
  }

  /** Extends the trust, or postpones the next lookup after a failure. */
  extend(period: TrustPeriod, failure?: Error): void {
    this.#period = period;
    this.#failure = failure;
  }

  /** Ends the trust: from now on, no token is accepted with these keys. */
  revoke(cause: RevocationCause): void {
    if (this.#revoked !== undefined) return;
    this.#revoked = cause;
    this.close();
    for (const listener of this.#listeners) queueMicrotask(listener);
    this.#listeners.clear();
  }

  /**
   * Calls a function when the trust ends.
   *
   * @returns A function that removes the listener.
   */
  onRevoked(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Whether a cached token was used since the last call. */
  wasUsed(): boolean {
    const isUsed = this.#isUsed;
    this.#isUsed = false;
    return isUsed;
  }

  isUsable(): boolean {
    this.#isUsed = true;
    return this.isTrusted() && this.#options.keys.isUsable();
  }

  /**
   * @throws InvalidTokenError (also rejects) The issuer has become unknown.
   * @throws KeySetUnavailableError (also rejects)
   */
  findSigner(query: SignerQuery): SignerSearch | Promise<SignerSearch> {
    this.#assertNotRevoked();
    const found = this.#options.keys.findSigner(query);
    return isThenable(found) ? this.#unlessRevoked(found) : found;
  }

  count(alg: Algorithm): number {
    return this.#options.keys.count(alg);
  }

  /**
   * @throws InvalidTokenError (rejects) The issuer has become unknown.
   * @throws KeySetUnavailableError (rejects)
   */
  async whenReady(): Promise<void> {
    await this.#unlessRevoked(this.#options.keys.whenReady());
    if (!this.isTrusted()) throw this.#unavailable();
  }

  refresh(): Promise<void> {
    return this.#options.keys.refresh();
  }

  health(): KeySetHealth {
    const health = this.#options.keys.health();
    return this.#failure === undefined ? health : { ...health, lastError: this.#failure };
  }

  close(): void {
    this.#options.keys.close();
  }

  async #unlessRevoked<T>(pending: Promise<T>): Promise<T> {
    // Report the revocation, not the failure of a request that it aborted.
    const [outcome] = await Promise.allSettled([pending]);
    this.#assertNotRevoked();
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  #assertNotRevoked(): void {
    if (this.#revoked === 'unknown') throw new InvalidTokenError('issuer');
    if (this.#revoked !== undefined) throw this.#unavailable();
  }

  #unavailable(): KeySetUnavailableError {
    const { issuer } = this.#options;
    return new KeySetUnavailableError(retryAfterSeconds(0), { issuer, cause: this.#failure });
  }
}

/** Whether a key set belongs to an issuer that has become unknown. */
export function isIssuerUnknown(keySet: KeySet): boolean {
  return keySet instanceof RevocableKeySet && keySet.revoked === 'unknown';
}

/**
 * Calls a function when the issuer of a key set is no longer trusted.
 *
 * @returns A function that removes the listener.
 */
export function onIssuerRevoked(keySet: KeySet, listener: () => void): () => void {
  return keySet instanceof RevocableKeySet ? keySet.onRevoked(listener) : () => undefined;
}
