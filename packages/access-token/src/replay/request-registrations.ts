/**
 * Registers the proof of a request once, however many verifiers check it.
 *
 * @module
 */
import type { ReplayStoreUnavailableError } from './replay-store-unavailable-error.js';

/** `true`: the proof was not registered before. `false`: it was. An error: that is unknown. */
export type RegistrationOutcome = boolean | ReplayStoreUnavailableError;

/** Where proofs are registered. */
export interface Registrar<Outcome> {
  /** The store: registrars with the same one share its proofs. */
  readonly store: object;
  /** Registers a proof. Neither throws nor rejects. */
  register(id: string, nowMs: number): Outcome;
}

/** A proof, and the request that carries it. */
export interface CarriedProof {
  readonly id: string;
  /** `undefined`: the proof is registered each time. */
  readonly request: object | undefined;
}

/** The proof of a request that was registered last with a store. */
interface Registration<Outcome> {
  readonly store: object;
  id: string;
  outcome: Outcome;
  /** With another store. */
  readonly next: Registration<Outcome> | undefined;
}

/**
 * Registers the proof of a request once for each store. There is one object for all verifiers, because
 * several resource servers on one request may share a store.
 */
export class RequestRegistrations<Outcome> {
  readonly #latest = new WeakMap<object, Registration<Outcome>>();

  /**
   * Registers a proof, unless it was the last one that was registered with the same store for the same
   * request: the outcome is that of the first time then, failures included.
   */
  registerOnce(
    registrar: Registrar<Outcome>,
    { id, request }: CarriedProof,
    nowMs: number,
  ): Outcome {
    if (request === undefined) return registrar.register(id, nowMs);
    const { store } = registrar;
    const latest = this.#latest.get(request);
    let found = latest;
    while (found !== undefined && found.store !== store) found = found.next;
    if (found?.id === id) return found.outcome;
    const outcome = registrar.register(id, nowMs);
    if (found === undefined) this.#latest.set(request, { store, id, outcome, next: latest });
    else [found.id, found.outcome] = [id, outcome];
    return outcome;
  }
}
