/**
 * Keys that are given as options.
 *
 * @module
 */
import type { KeyRing } from './key-ring.js';
import type { KeySet, KeySetHealth, SignerQuery, SignerSearch } from './key-set.js';
import type { Algorithm } from '../jws/signature.js';

/** A key set that never changes. */
export class StaticKeySet implements KeySet {
  readonly #issuer: string;
  readonly #ring: KeyRing;
  readonly #hasKids: boolean;

  private constructor(issuer: string, ring: KeyRing, hasKids: boolean) {
    this.#issuer = issuer;
    this.#ring = ring;
    this.#hasKids = hasKids;
  }

  /** Creates the key set of an issuer whose JWKS is given. */
  static ofJwks(issuer: string, ring: KeyRing): StaticKeySet {
    return new StaticKeySet(issuer, ring, true);
  }

  /** Creates the key set of a shared secret, which has no `kid`: the one in a token is ignored. */
  static ofSecret(issuer: string, ring: KeyRing): StaticKeySet {
    return new StaticKeySet(issuer, ring, false);
  }

  isUsable(): boolean {
    return true;
  }

  findSigner(query: SignerQuery): SignerSearch {
    return this.#ring.findSigner(this.#hasKids ? query : { ...query, kid: undefined });
  }

  count(alg: Algorithm): number {
    return this.#ring.count(alg);
  }

  whenReady(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves immediately, because there is nothing to fetch. */
  refresh(): Promise<void> {
    return Promise.resolve();
  }

  health(): KeySetHealth {
    return {
      issuer: this.#issuer,
      state: 'fresh',
      keys: this.#ring.size,
      fromSnapshot: false,
      ageMs: undefined,
      lastError: undefined,
      nextAttemptAt: undefined,
    };
  }

  close(): void {
    // Nothing to stop.
  }
}
