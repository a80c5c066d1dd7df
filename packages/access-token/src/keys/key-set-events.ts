/**
 * Events that a key set publishes for operators, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import type { KeySkippedReason } from '../jws/jwk-import.js';

/** The name of the diagnostics channel of {@link KeySetEvent}s. */
export const KEY_SET_CHANNEL = 'scopegate:key-set';

/**
 * Why keys are fetched. `first`: they are used for the first time, or `ready()` was called. `scheduled`: by
 * a timer, before their lifetime ends or after a failure. `due`: a request has used keys whose refresh was due.
 * `unknown_key`: no known key made the signature of a token. `requested`: `refresh()` was called.
 */
export type RefreshTrigger = 'first' | 'scheduled' | 'due' | 'unknown_key' | 'requested';

/**
 * The result of a search for a key that was unknown when a token arrived. `found`: a key that was fetched since
 * then made the signature. `unknown`: none did. `budget_spent`: none did, and the keys were not fetched again,
 * because too many tokens have caused that.
 */
export type UnknownKeyResult = 'found' | 'unknown' | 'budget_spent';

/** What caused a refresh, and how long it took. */
export interface TimedRefresh {
  /** How long the refresh took, with discovery and the import of the keys, in milliseconds. */
  readonly durationMs: number;
  /** Why the keys were fetched. */
  readonly trigger: RefreshTrigger;
}

/**
 * A message on `scopegate:key-set`. Contains no key and nothing from any token.
 *
 * Requests share refreshes, so what a refresh publishes is published in the async context in which the verifier
 * was created. `stale` and `unknown-key` are published in the context of the request.
 */
export type KeySetEvent = {
  /** The issuer identifier. */
  readonly issuer: string;
} & (
  | ({
      /** A refresh succeeded. */
      readonly event: 'refreshed';
      /** Number of usable JWKs. */
      readonly keys: number;
      /** Whether the response was a 304, so that nothing has changed. */
      readonly notModified: boolean;
      /** The lifetime of the keys, in milliseconds. */
      readonly lifetimeMs: number;
    } & TimedRefresh)
  | ({
      /** A refresh failed; the current keys stay in use. */
      readonly event: 'failed';
      /** The failure, with its `code`, `reason`, URL and the system's cause. */
      readonly error: Error;
      /** Number of consecutive failures, including this one. */
      readonly failures: number;
      /** Time until the next attempt, in milliseconds. */
      readonly retryInMs: number;
    } & TimedRefresh)
  | {
      /**
       * Keys past their lifetime are used, because the last refresh failed. Published at the first use, and then
       * with the uses that follow, at most once a second.
       */
      readonly event: 'stale';
      /** Time since the lifetime ended, in milliseconds. */
      readonly staleForMs: number;
      /** Number of uses since the last message, including this one. */
      readonly uses: number;
    }
  | {
      /**
       * No known key made the signature of a token: its key is new, or the token is forged. Many of them may be
       * an attack. Not published while the issuer cannot be reached, unless the token names a known key.
       */
      readonly event: 'unknown-key';
      /** Whether the key was found. */
      readonly result: UnknownKeyResult;
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

/** Begins to measure a refresh. @returns A function that ends the measurement. */
export function timeRefresh(trigger: RefreshTrigger): () => TimedRefresh {
  const startedAt = performance.now();
  return () => ({ durationMs: performance.now() - startedAt, trigger });
}
