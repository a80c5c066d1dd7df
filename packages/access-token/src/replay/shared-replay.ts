/**
 * Used proofs in a store of the application.
 *
 * @module
 */
import { askBoolean, type BooleanHook } from '@scopegate/protocol/internal';
import type { ReplayStore } from './replay-store.js';
import { ReplayStoreUnavailableError } from './replay-store-unavailable-error.js';
import type { Registrar, RegistrationOutcome } from './request-registrations.js';

/** Options of a {@link SharedReplay}. */
export interface SharedReplayLimits {
  /** How long the store must keep a proof, in milliseconds. */
  readonly windowMs: number;
  /** How long it may take to answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** The outcome of a registration in a store, or a promise of it that never rejects. */
export type StoreOutcome = RegistrationOutcome | Promise<RegistrationOutcome>;

/** Registers used proofs in a store. Anything but a boolean from the store is a failure. */
export class SharedReplay implements Registrar<StoreOutcome> {
  readonly store: ReplayStore;
  readonly #windowMs: number;
  readonly #hook: BooleanHook<ReplayStoreUnavailableError>;

  constructor(store: ReplayStore, { windowMs, timeoutMs }: SharedReplayLimits) {
    this.store = store;
    this.#windowMs = windowMs;
    this.#hook = {
      timeoutMs,
      createError: (failure, options) => new ReplayStoreUnavailableError(failure, options),
    };
  }

  register(id: string): StoreOutcome {
    return askBoolean(() => this.store.register(id, this.#windowMs), this.#hook);
  }

  /**
   * The time since which the store has kept every proof; `undefined` if it has lost none, and `NaN` if
   * that is unknown, because `notBefore` is not a number.
   */
  get notBefore(): number | undefined {
    try {
      const { notBefore }: { readonly notBefore?: unknown } = this.store;
      return notBefore === undefined || typeof notBefore === 'number' ? notBefore : Number.NaN;
    } catch {
      return Number.NaN;
    }
  }
}
