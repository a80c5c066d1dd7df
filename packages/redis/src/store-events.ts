/**
 * Events about the stores for operators, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import type { RevocationKind } from '@scopegate/protocol';
import type { StoreFailure } from './store-unavailable-error.js';

/** The name of the diagnostics channel of {@link StoreEvent}s. */
export const STORE_CHANNEL = 'scopegate:store';

/** The stores, by their names in {@link RedisStores}. */
export type StoreName =
  'replay' | 'revocations' | 'introspectionCache' | 'tokens' | 'keySetSnapshots';

/** Which of the two connections: that of `replay` and `revocations`, or that of the caches. */
export type ConnectionRole = 'state' | 'cache';

/** A message on `scopegate:store`. Contains no key, id, token or claim. */
export type StoreEvent =
  | {
      /** Commands on a connection fail. Published once, however many follow. */
      readonly event: 'unavailable';
      /** The connection. */
      readonly connection: ConnectionRole;
      /** The first failure. */
      readonly failure: StoreFailure;
      /** The system's error code, such as `ECONNREFUSED`; `undefined` if unknown. */
      readonly systemCode: string | undefined;
    }
  | {
      /** Commands on a connection succeed again. */
      readonly event: 'recovered';
      /** The connection. */
      readonly connection: ConnectionRole;
      /** Time between the first failure and now, in milliseconds. */
      readonly unavailableForMs: number;
      /** Number of commands that failed. */
      readonly failures: number;
    }
  | {
      /** The server has lost data: it was flushed, restarted or replaced by a replica that lagged. */
      readonly event: 'discontinuity';
      /**
       * Number of polls of this process that the server does not know about; 0 if others have noticed, or if
       * revocations are missing.
       */
      readonly lostPolls: number;
    }
  | {
      /** This process has written revocations again that the server had lost. */
      readonly event: 'healed';
      /** Their number. */
      readonly entries: number;
    }
  | {
      /** The revocations could not be read for `maxStaleMs`: requests get 503. Published once. */
      readonly event: 'stale';
      /** Time since the last successful poll, in milliseconds. */
      readonly ageMs: number;
    }
  | {
      /** A revocation of any process of the fleet is in force in this one. */
      readonly event: 'revoked';
      /** What the tokens have in common. */
      readonly kind: RevocationKind;
    }
  | {
      /** An entry was not written by this fleet, or was changed or moved since. It is ignored. */
      readonly event: 'tampered';
      /** The store. */
      readonly store: StoreName;
    }
  | {
      /** An entry was sealed with a key that this process does not have. */
      readonly event: 'unreadable';
      /** The store. */
      readonly store: StoreName;
      /** The id of the key, as written in the entry: 1 to 32 characters of `[A-Za-z0-9._-]`. */
      readonly keyId: string;
    }
  | {
      /** How this process got a token. */
      readonly event: 'lease';
      /**
       * `won`: it requested one for all. `adopted`: another process had stored one. `waited`: it waited for
       * another process.
       */
      readonly outcome: 'won' | 'adopted' | 'waited';
    }
  | {
      /** The server may evict entries, which `dangerouslyAllowEviction` accepts. */
      readonly event: 'unsafe-eviction';
      /** Number of entries that the server has evicted since its start. */
      readonly evicted: number;
    };

const storeChannel = channel(STORE_CHANNEL);

/** Publishes on `scopegate:store`. */
export function publishStoreEvent(event: StoreEvent): void {
  storeChannel.publish(event);
}
