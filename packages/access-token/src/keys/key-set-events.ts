/**
 * What a key set tells whoever operates it, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import type { KeySkippedReason } from '../jws/jwk-import.js';

/** The channel of {@link KeySetEvent}s. */
export const KEY_SET_CHANNEL = 'scopegate:key-set';

/** A message on `scopegate:key-set`; it holds no key, and nothing of any token. */
export type KeySetEvent = { readonly issuer: string } & (
  | {
      /** A good answer came in. */
      readonly event: 'refreshed';
      /** How many JWKs can be used. */
      readonly keys: number;
      /** The answer was 304: nothing has changed. */
      readonly notModified: boolean;
      readonly lifetimeMs: number;
    }
  | {
      /** A refresh failed; the last good set stays. */
      readonly event: 'failed';
      /** What failed, with its `code`, `reason`, URL and the system's cause. */
      readonly error: Error;
      /** Failures in a row, this one included. */
      readonly failures: number;
      readonly retryInMs: number;
    }
  | {
      /** A set past its lifetime was used, for no newer one could be had. */
      readonly event: 'stale';
      /** Since its lifetime ended. */
      readonly staleForMs: number;
    }
  | {
      /** A refresh brought or withdrew keys. */
      readonly event: 'changed';
      readonly added: number;
      readonly withdrawn: number;
    }
  | {
      /** The issuer answered `{"keys":[]}`: every token of it is refused. It is asked again soon. */
      readonly event: 'withdrawn';
      readonly retryInMs: number;
    }
  | {
      /** A JWK of the set cannot be used. */
      readonly event: 'key-skipped';
      /** Its place in `keys`. */
      readonly index: number;
      readonly reason: KeySkippedReason;
    }
);

const keySetChannel = channel(KEY_SET_CHANNEL);

/** Says whether anybody listens, so that no message is made for nobody. */
export function isKeySetObserved(): boolean {
  return keySetChannel.hasSubscribers;
}

/** Publishes on `scopegate:key-set`. */
export function publishKeySetEvent(event: KeySetEvent): void {
  keySetChannel.publish(event);
}
