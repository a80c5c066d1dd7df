/**
 * The options for DPoP.
 *
 * @module
 */
import type { ReplayStore } from '../replay/replay-store.js';
import type { PublicKeyAlgorithm } from '../jws/signature.js';

/** Options for tokens that are bound to a key. RFC 9449. */
export interface DpopOptions {
  /**
   * The URL of this API as callers know it, or several of them: `htu` of a proof must be one of them
   * followed by the path of the request. An https URL without query and fragment; http is accepted for
   * loopback hosts. Neither the `Host` field nor any field of a proxy is read. RFC 9449 §4.3.
   *
   * @defaultValue the origin of the first audience that is an https URL; for a resource server, the origin
   *   of `resource`
   */
  readonly publicUrl?: string | readonly string[] | undefined;
  /**
   * The algorithms with which proofs may be signed, at least one. Challenges and the metadata document
   * list them. RFC 9449 §5.1.
   *
   * @defaultValue all algorithms with a public key
   */
  readonly algorithms?: readonly PublicKeyAlgorithm[] | undefined;
  /**
   * How old a proof may be by its `iat`, in seconds. 1 to 300. Not used if nonces are demanded, because
   * the age of a proof is then that of its nonce. RFC 9449 §11.1.
   *
   * @defaultValue `60`
   */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * How far in the future `iat` of a proof may be, in seconds. 0 to 300. Not used if nonces are demanded.
   *
   * @defaultValue `30`
   */
  readonly clockToleranceSeconds?: number | undefined;
  /**
   * Where used proofs are registered, so that none is accepted twice: in this process, or in a store that
   * all processes of a fleet share. RFC 9449 §11.1.
   *
   * @defaultValue in this process, `{ maxEntries: 1_000_000 }`
   */
  readonly replay?: ProcessReplayOptions | SharedReplayOptions | undefined;
  /**
   * Demands that proofs contain a nonce of this resource server. Each client then needs one more request
   * for its first nonce. RFC 9449 §9.
   *
   * @defaultValue no nonces are demanded
   */
  readonly nonce?: NonceOptions | undefined;
}

/** Used proofs are registered in the memory of this process. */
export interface ProcessReplayOptions {
  /**
   * The maximum number of proofs in memory. An integer from 1 to 10,000,000. While it is reached, proofs
   * are answered with 503, because forgetting one would allow its replay. Each takes up to 80 bytes.
   *
   * @defaultValue `1_000_000`
   */
  readonly maxEntries?: number | undefined;
  /** Cannot be combined with `maxEntries`. */
  readonly store?: undefined;
}

/** Used proofs are registered in a store that several processes share. */
export interface SharedReplayOptions {
  /** The store. Share it only between resource servers with the same times. */
  readonly store: ReplayStore;
  /**
   * How long the store may take for one registration, in milliseconds. 1 to 10,000.
   *
   * @defaultValue `250`
   */
  readonly timeoutMs?: number | undefined;
  /**
   * What happens to a proof while the store throws, rejects, times out, has lost data or returns anything
   * but a boolean. `'refuse'`: it is answered with 503. `'local'`: it is registered in the memory of this
   * process only, so that each process accepts it once; the memory then holds up to 1,000,000 proofs.
   *
   * @defaultValue `'refuse'`
   */
  readonly whileUnavailable?: 'refuse' | 'local' | undefined;
  /** Cannot be combined with `store`. */
  readonly maxEntries?: undefined;
}

/** Nonces of this resource server. They are derived from a secret and the time; none is stored. */
export interface NonceOptions {
  /**
   * The secret of the nonces, which all processes of a fleet share: 32 octets or more, from a random
   * source. To replace it, list both: nonces are made with the first, and accepted from each. Put the new
   * one second, then first, then alone, each step after `lifetimeSeconds`.
   */
  readonly secret: Uint8Array | readonly Uint8Array[];
  /**
   * How long a nonce is accepted at most, in seconds. 20 to 600. Nonces change every half of it, and each is
   * accepted until the next one ends. Clocks of the processes may differ by half of it.
   *
   * @defaultValue `120`
   */
  readonly lifetimeSeconds?: number | undefined;
}
