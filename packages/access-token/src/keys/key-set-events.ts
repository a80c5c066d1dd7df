/**
 * Events that a key set publishes for operators, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import type { KeySkippedReason } from '../jws/jwk-import.js';

/** The name of the diagnostics channel of {@link KeySetEvent}s. */
export const KEY_SET_CHANNEL = 'scopegate:key-set';

/** A message on `scopegate:key-set`. Contains no key and nothing from any token. */
export type KeySetEvent = {
  /** The issuer identifier. */
  readonly issuer: string;
} & (
  | {
      /** A refresh succeeded. */
      readonly event: 'refreshed';
      /** Number of usable JWKs. */
      readonly keys: number;
      /** Whether the response was a 304, so that nothing has changed. */
      readonly notModified: boolean;
      /** The lifetime of the keys, in milliseconds. */
      readonly lifetimeMs: number;
    }
  | {
      /** A refresh failed; the current keys stay in use. */
      readonly event: 'failed';
      /** The failure, with its `code`, `reason`, URL and the system's cause. */
      readonly error: Error;
      /** Consecutive failures, including this one. */
      readonly failures: number;
      /** Time until the next attempt, in milliseconds. */
      readonly retryInMs: number;
    }
  | {
      /** Keys past their lifetime were used, because the last refresh failed. */
      readonly event: 'stale';
      /** Time since the lifetime ended, in milliseconds. */
      readonly staleForMs: number;
    }
  | {
      /**
       * The keys of a snapshot are used until this process has fetched the keys itself; see `keySet.snapshots`.
       */
      readonly event: 'snapshot-used';
      /** Number of usable JWKs. */
      readonly keys: number;
      /** Time since the request of the process that stored them, in milliseconds. */
      readonly ageMs: number;
      /** Whether they are within their lifetime; otherwise the issuer has not answered in time. */
      readonly isFresh: boolean;
    }
  | {
      /** A refresh added or withdrew keys. */
      readonly event: 'changed';
      /** Number of new keys. */
      readonly added: number;
      /** Number of keys that the issuer no longer publishes. */
      readonly withdrawn: number;
    }
  | {
      /**
       * The issuer published `{"keys":[]}`: all of its tokens are refused. Its JWKS is fetched
       * again soon.
       */
      readonly event: 'withdrawn';
      /** Time until the next attempt, in milliseconds. */
      readonly retryInMs: number;
    }
  | {
      /**
       * The metadata or the JWKS is JSON with the media type of something else. It is used; the
       * server should send `application/json`.
       */
      readonly event: 'media-type';
      /** The URL of the document, without its query. */
      readonly url: string;
    }
  | {
      /** A JWK of the set is not usable. */
      readonly event: 'key-skipped';
      /** Its index in `keys`. */
      readonly index: number;
      /** Why it is not usable. */
      readonly reason: KeySkippedReason;
    }
);

const keySetChannel = channel(KEY_SET_CHANNEL);

/** Whether the channel has subscribers; without them no message is created. */
export function isKeySetObserved(): boolean {
  return keySetChannel.hasSubscribers;
}

/** Publishes on `scopegate:key-set`. */
export function publishKeySetEvent(event: KeySetEvent): void {
  keySetChannel.publish(event);
}
