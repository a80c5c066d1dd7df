/**
 * DPoP proofs, made with oauth4webapi, and the nonces of each server.
 *
 * @module
 */
import type { webcrypto } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { DPoP, type DPoPHandle, modifyAssertion } from 'oauth4webapi';
import type { DpopKey } from './dpop-key.js';

/** Makes the proofs of a client, all with one key. */
export interface Proofs {
  /** Makes proofs for the token endpoint, with the nonces of the authorization server. */
  readonly forIssuer: () => Promise<DPoPHandle>;
  /** Makes proofs for APIs at one origin, with the nonces of that origin. */
  readonly forOrigin: (origin: string) => Promise<DPoPHandle>;
}

/** The most origins whose nonces are kept. Without its nonce, a request takes one more round trip. */
const MAX_ORIGINS = 100;

/**
 * Creates proofs with one key.
 *
 * The authorization server and each origin have their own handle of oauth4webapi. A handle keeps nonces
 * by origin, so with a common handle an API at the origin of the authorization server would receive
 * its nonces.
 *
 * @param key - The option `dpop`.
 * @param clock - The time of the proofs, in milliseconds since the epoch.
 * @see RFC 9449 §4.2, §8, §9
 */
export function createProofs(key: DpopKey, clock: () => number): Proofs {
  const origins = new LRUCache<string, DPoPHandle>({ max: MAX_ORIGINS });
  let issuer: DPoPHandle | undefined;

  function createHandle(keyPair: webcrypto.CryptoKeyPair): DPoPHandle {
    return DPoP({}, keyPair, {
      [modifyAssertion](header, payload) {
        // oauth4webapi dates proofs by Date.now, and writes the newer name of RFC 9864.
        payload['iat'] = Math.floor(clock() / 1_000);
        if (key.alg === 'EdDSA') header['alg'] = 'EdDSA';
      },
    });
  }

  return Object.freeze({
    async forIssuer() {
      const keyPair = await key.readKeyPair();
      return (issuer ??= createHandle(keyPair));
    },
    async forOrigin(origin: string) {
      const keyPair = await key.readKeyPair();
      const handle = origins.get(origin) ?? createHandle(keyPair);
      origins.set(origin, handle);
      return handle;
    },
  });
}
