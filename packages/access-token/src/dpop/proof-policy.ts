/**
 * What every proof is checked against.
 *
 * @module
 */
import type { PublicKeyAlgorithm } from '../jws/signature.js';
import type { ReplayPolicy } from '../replay/resolve-replay.js';

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

/** How nonces are made and accepted. */
export interface NoncePolicy {
  /** The first one makes nonces, all of them are accepted; at least one, each at least 32 octets. */
  readonly secrets: readonly Uint8Array[];
  readonly lifetimeSeconds: number;
}
