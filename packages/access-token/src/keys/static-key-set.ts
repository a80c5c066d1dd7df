/**
 * Keys that came with the options.
 *
 * @module
 */
import type { KeyRing } from './key-ring.js';
import type { KeySet, KeySetHealth } from './key-set.js';
import type { Algorithm, VerificationKey } from '../jws/signature.js';

/** A key set that never changes. */
export class StaticKeySet implements KeySet {
  readonly #issuer: string;
  readonly #ring: KeyRing;
  readonly #isSecret: boolean;

  /** @param isSecret - A shared secret has no `kid`, whatever a token's header says. */
  constructor(issuer: string, ring: KeyRing, isSecret: boolean) {
    this.#issuer = issuer;
    this.#ring = ring;
    this.#isSecret = isSecret;
  }

  isUsable(): boolean {
    return true;
  }

  find(alg: Algorithm, kid: string | undefined): readonly VerificationKey[] {
    return this.#ring.find(alg, this.#isSecret ? undefined : kid);
  }

  findAnew(): Promise<readonly VerificationKey[]> {
    return Promise.resolve([]);
  }

  count(alg: Algorithm): number {
    return this.#ring.count(alg);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  /** There is no issuer to ask. */
  refresh(): Promise<void> {
    return Promise.resolve();
  }

  health(): KeySetHealth {
    return {
      issuer: this.#issuer,
      state: 'fresh',
      keys: this.#ring.size,
      ageMs: undefined,
      lastError: undefined,
      nextAttemptAt: undefined,
    };
  }

  close(): void {
    // There is nothing to stop.
  }
}
