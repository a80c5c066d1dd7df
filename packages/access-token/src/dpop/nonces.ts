/**
 * Nonces that the server provides for proofs.
 *
 * @module
 */
import { createHmac } from 'node:crypto';
import type { NoncePolicy } from './proof-policy.js';

/** Creates and checks nonces. */
export interface Nonces {
  /** Returns the nonce to provide now. */
  current(nowMs: number): string;
  /**
   * Checks the nonce of a proof.
   *
   * @returns `'stale'`: accepted, but the response should provide a new one. `undefined`: not accepted.
   */
  check(nonce: string | undefined, nowMs: number): 'current' | 'stale' | undefined;
  /**
   * Returns the time from which on a nonce that is accepted now is accepted, in milliseconds since the
   * epoch: no proof with it was registered before, whatever its `iat` is.
   */
  createdAtMs(nonce: string, nowMs: number): number;
}

/**
 * Creates the nonces of a policy. They are derived from the time, so that nothing is stored and no timer
 * runs: processes may be suspended, and all that have the same secrets and nearly the same time accept
 * each other's nonces.
 *
 * Time is divided into steps of half the lifetime. A nonce belongs to the step in which it was provided,
 * and is accepted until the next step ends: for at least half the lifetime, and at most the lifetime. It
 * is also accepted in the step before, because the clock of the process that provided it may be ahead. If
 * the clock is set back further, clients need one more request for a nonce.
 *
 * A proof with a nonce is therefore acceptable for three steps at most, which is how long it must stay
 * registered; see `replayWindowMs()`.
 *
 * @see RFC 9449 §8, §9, §11.3
 */
export function createNonces(policy: NoncePolicy): Nonces {
  return new DerivedNonces(policy);
}

/** The nonces that are accepted in one step; those of each list are by the secrets, in their order. */
interface AcceptedNonces {
  readonly step: number;
  readonly previous: readonly string[];
  readonly current: readonly string[];
  readonly next: readonly string[];
}

class DerivedNonces implements Nonces {
  readonly #secrets: readonly Uint8Array[];
  readonly #stepMs: number;
  #accepted: AcceptedNonces | undefined;

  constructor({ secrets, lifetimeSeconds }: NoncePolicy) {
    this.#secrets = secrets;
    this.#stepMs = lifetimeSeconds * 500;
  }

  current(nowMs: number): string {
    const [nonce = ''] = this.#at(nowMs).current;
    return nonce;
  }

  check(nonce: string | undefined, nowMs: number): 'current' | 'stale' | undefined {
    if (nonce === undefined) return undefined;
    const { previous, current, next } = this.#at(nowMs);
    // Every client gets nonces, so the comparison need not take constant time.
    if (current.includes(nonce) || next.includes(nonce)) return 'current';
    return previous.includes(nonce) ? 'stale' : undefined;
  }

  createdAtMs(nonce: string, nowMs: number): number {
    const { step, current, next } = this.#at(nowMs);
    // One step before that of the nonce.
    if (next.includes(nonce)) return step * this.#stepMs;
    return (current.includes(nonce) ? step - 1 : step - 2) * this.#stepMs;
  }

  /** Calculates HMACs only when the step is another one than that of the last call. */
  #at(nowMs: number): AcceptedNonces {
    const step = Math.floor(nowMs / this.#stepMs);
    if (this.#accepted?.step === step) return this.#accepted;
    this.#accepted = {
      step,
      previous: this.#derive(step - 1),
      current: this.#derive(step),
      next: this.#derive(step + 1),
    };
    return this.#accepted;
  }

  /**
   * The length of a step is part of the message: the same secret with another lifetime has other nonces.
   * Base64url consists of `NQCHAR`s. RFC 9449 §8.1.
   */
  #derive(step: number): readonly string[] {
    const message = `scopegate:dpop-nonce:${this.#stepMs}:${step}`;
    return this.#secrets.map((secret) =>
      createHmac('sha256', secret).update(message).digest('base64url'),
    );
  }
}
