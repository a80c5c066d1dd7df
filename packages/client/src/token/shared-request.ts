/**
 * Token requests of a fleet: one process requests a token, and all use it.
 *
 * @module
 */
import { createScopeSet } from '@scopegate/protocol';
import { type Jitter, pause, withDeadline } from '@scopegate/protocol/internal';
import { TokenRequestError } from '../errors.js';
import type { TokenSharing } from '../events.js';
import type { TokenType } from './access-token.js';
import { readTurn } from './checked-turn.js';
import { LONGEST_RETRY_AFTER_MS, sharedBackOffMs } from './shared-back-off.js';
import type { TokenGrant } from './token-response.js';
import type { TokenLease, TokenStore, TokenTurn } from './token-store.js';

/** A token that a process requested or adopted. */
export interface SharedGrant extends TokenGrant {
  /** From when on its lifetime counts, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly shared: TokenSharing;
  /** Until when a refusal by an API does not replace it, in milliseconds since the epoch. */
  readonly keepUntil: number;
}

/** What sharing a token needs. */
export interface SharedRequestOptions {
  readonly store: TokenStore;
  /** Returns the id under which the token is shared. */
  readonly readId: () => Promise<string>;
  /** The type of the token. */
  readonly type: TokenType;
  /** Sends a token request. */
  readonly request: () => Promise<TokenGrant>;
  /** How long a method of the store may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: () => number;
  /** @defaultValue `Math.random` */
  readonly jitter?: Jitter | undefined;
  /** Ends waiting, with its reason. */
  readonly signal: AbortSignal;
}

/** How often a lease is prolonged. */
const EXTENSION_MS = 1_000;
/** How long another process may take before this one sends its own request. */
const LONGEST_WAIT_MS = 10_000;
const FIRST_PAUSE_MS = 25;
const PAUSE_GROWTH = 1.5;
const LONGEST_PAUSE_MS = 250;
/**
 * How long a refusal by an API does not replace a token. If an API refuses every token, a fleet would
 * otherwise request one for each process.
 */
const KEEP_MS = 10_000;
/** Shorter lifetimes are over before other processes use the token; longer ones are a mistake. */
const SHAREABLE_MS = { min: 2_000, max: 366 * 86_400_000 } as const;
/** How long every process requests its own token after one could not be shared. */
const ALONE_MS = 60_000;

/** Gets a token together with other processes. */
export class SharedRequest {
  readonly #options: SharedRequestOptions;
  /** Consecutive failures that this process knows of, its own and those of others. */
  #failures = 0;

  constructor(options: SharedRequestOptions) {
    this.#options = options;
  }

  /**
   * Adopts the token of another process, or requests one.
   *
   * Whatever the store does, the result is a token, or the error of a token request.
   *
   * @param unwanted - The token that this process has, or that an API refused.
   * @throws TokenEndpointError, TokenRequestError (rejects) The token request failed.
   */
  async get(unwanted: string | undefined): Promise<SharedGrant> {
    const { clock, signal } = this.#options;
    const id = await this.#options.readId();
    const waitUntil = performance.now() + LONGEST_WAIT_MS;
    for (let attempt = 0; ; attempt += 1) {
      const askedAt = clock();
      const turn = await this.#takeTurn(id, unwanted);
      if (turn === undefined || isForItself(turn)) return await this.#requestAlone();
      if (turn.turn === 'token') return this.#adopt(turn, askedAt);
      if (turn.turn === 'lease') return await this.#requestForAll(turn.lease);
      if (turn.turn === 'back-off' && turn.forMs > LONGEST_PAUSE_MS) {
        throw this.#backOff(turn.forMs);
      }
      if (performance.now() >= waitUntil) return await this.#requestAlone();
      await pause(turn.turn === 'wait' ? this.#pauseMs(attempt) : turn.forMs, signal);
    }
  }

  /** @returns `undefined` when the store fails in any way. */
  async #takeTurn(id: string, unwanted: string | undefined): Promise<TokenTurn | undefined> {
    const { store, signal, timeoutMs } = this.#options;
    let isLate = false;
    const taking = callStore(
      async () => {
        const turn = readTurn(await store.takeTurn(id, unwanted), unwanted);
        // Other processes would wait for a lease that this process does not use.
        if (isLate && turn?.turn === 'lease') {
          runInBackground(() => turn.lease.release(1), timeoutMs);
        }
        return turn;
      },
      { timeoutMs, signal },
    );
    try {
      return await taking;
    } catch {
      isLate = true;
      signal.throwIfAborted();
      return undefined;
    }
  }

  #adopt(turn: Extract<TokenTurn, { turn: 'token' }>, askedAt: number): SharedGrant {
    const { token, remainingMs, ageMs } = turn;
    this.#failures = 0;
    return {
      value: token.value,
      type: this.#options.type,
      lifetimeSeconds: remainingMs / 1_000,
      scopes: createScopeSet(token.scopes),
      startedAt: askedAt,
      shared: 'adopted',
      keepUntil: askedAt + KEEP_MS - ageMs,
    };
  }

  async #requestAlone(): Promise<SharedGrant> {
    const startedAt = this.#options.clock();
    const grant = await this.#options.request();
    this.#failures = 0;
    return { ...grant, startedAt, shared: 'alone', keepUntil: startedAt };
  }

  async #requestForAll(lease: TokenLease): Promise<SharedGrant> {
    const { clock, jitter, timeoutMs } = this.#options;
    const startedAt = clock();
    const stopExtending = keepExtending(lease, timeoutMs);
    try {
      const grant = await this.#options.request();
      this.#failures = 0;
      const isShared = share(grant, { lease, timeoutMs, passedMs: clock() - startedAt });
      const shared = isShared ? 'won' : 'alone';
      return { ...grant, startedAt, shared, keepUntil: isShared ? startedAt + KEEP_MS : startedAt };
    } catch (error) {
      this.#failures += 1;
      const backOffMs = sharedBackOffMs(error, { failures: this.#failures, jitter });
      runInBackground(() => lease.release(backOffMs), timeoutMs);
      throw error;
    } finally {
      stopExtending();
    }
  }

  #backOff(forMs: number): TokenRequestError {
    this.#failures += 1;
    return new TokenRequestError('back_off', { retryAfterMs: forMs });
  }

  #pauseMs(attempt: number): number {
    const { jitter = Math.random } = this.#options;
    const longest = Math.min(FIRST_PAUSE_MS * PAUSE_GROWTH ** attempt, LONGEST_PAUSE_MS);
    return Math.round(longest * (0.5 + 0.5 * jitter()));
  }
}

/**
 * Whether each process requests its own token. A back-off that is longer than any that was requested is not
 * honored: the clock of the server of the store may have been set back.
 */
function isForItself(turn: TokenTurn): boolean {
  return turn.turn === 'alone' || (turn.turn === 'back-off' && turn.forMs > LONGEST_RETRY_AFTER_MS);
}

interface SharedLease {
  readonly lease: TokenLease;
  readonly timeoutMs: number;
  /** How much of the lifetime of the token has passed. */
  readonly passedMs: number;
}

/** Stores a token for all. @returns Whether it can be shared. */
function share(
  { value, scopes, lifetimeSeconds = 0 }: TokenGrant,
  { lease, timeoutMs, passedMs }: SharedLease,
): boolean {
  const remainingMs = Math.floor(lifetimeSeconds * 1_000 - passedMs);
  if (remainingMs < SHAREABLE_MS.min || remainingMs > SHAREABLE_MS.max) {
    runInBackground(() => lease.decline(ALONE_MS), timeoutMs);
    return false;
  }
  runInBackground(() => lease.fulfill({ value, scopes: [...scopes] }, remainingMs), timeoutMs);
  return true;
}

/** Prolongs a lease until the returned function is called. */
function keepExtending(lease: TokenLease, timeoutMs: number): () => void {
  const timer = setInterval(() => {
    runInBackground(() => lease.extend(), timeoutMs);
  }, EXTENSION_MS).unref();
  return () => {
    clearInterval(timer);
  };
}

/** Calls a method of the store whose outcome changes nothing for this process. */
function runInBackground(call: () => Promise<unknown>, timeoutMs: number): void {
  callStore(async () => await call(), { timeoutMs }).catch(() => undefined);
}

async function callStore<T>(
  call: () => Promise<T>,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<T> {
  const createTimeoutError = (): Error => new Error('the token store did not answer in time');
  return await withDeadline({ ...limits, createTimeoutError }, call);
}
