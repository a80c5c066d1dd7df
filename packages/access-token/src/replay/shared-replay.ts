/**
 * Used proofs in a store of the application.
 *
 * @module
 */
import { isThenable } from '@scopegate/protocol/internal';
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
  readonly #timeoutMs: number;

  constructor(store: ReplayStore, { windowMs, timeoutMs }: SharedReplayLimits) {
    this.store = store;
    this.#windowMs = windowMs;
    this.#timeoutMs = timeoutMs;
  }

  register(id: string): StoreOutcome {
    try {
      const answer: unknown = this.store.register(id, this.#windowMs);
      return isThenable(answer) ? this.#settle(answer) : outcomeOf(answer);
    } catch (cause) {
      return new ReplayStoreUnavailableError('error', { cause });
    }
  }

  async #settle(answer: PromiseLike<unknown>): Promise<RegistrationOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<RegistrationOutcome>((resolve) => {
      timer = setTimeout(() => {
        resolve(new ReplayStoreUnavailableError('timeout'));
      }, this.#timeoutMs).unref();
    });
    try {
      return await Promise.race([Promise.resolve(answer).then(outcomeOf), deadline]);
    } catch (cause) {
      return new ReplayStoreUnavailableError('error', { cause });
    } finally {
      clearTimeout(timer);
    }
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

function outcomeOf(answer: unknown): RegistrationOutcome {
  return typeof answer === 'boolean' ? answer : new ReplayStoreUnavailableError('answer');
}
