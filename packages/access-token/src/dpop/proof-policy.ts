/**
 * What every proof is checked against.
 *
 * @module
 */
import type { PublicKeyAlgorithm } from '../jws/signature.js';
import type { ReplayStore } from '../replay/replay-store.js';

/** What every proof is checked against. */
export interface ProofPolicy {
  /** The URLs of this API as callers know them, without a slash at the end; at least one. */
  readonly publicUrls: readonly string[];
  readonly algorithms: readonly PublicKeyAlgorithm[];
  readonly maxAgeSeconds: number;
  readonly clockToleranceSeconds: number;
  readonly replay: ReplayPolicy;
  /** `undefined` when nonces are not demanded. */
  readonly nonce: NoncePolicy | undefined;
}

/** Where used proofs are stored. */
export type ReplayPolicy =
  | { readonly store: undefined; readonly maxEntries: number }
  | {
      readonly store: ReplayStore;
      readonly timeoutMs: number;
      /** What happens while the store is unavailable. */
      readonly whileUnavailable: 'refuse' | 'local';
    };

/** How nonces are made and accepted. */
export interface NoncePolicy {
  /** The first one makes nonces, all of them are accepted; at least one, each at least 32 octets. */
  readonly secrets: readonly Uint8Array[];
  readonly lifetimeSeconds: number;
}
