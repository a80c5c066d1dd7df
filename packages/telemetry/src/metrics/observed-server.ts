/**
 * What the gauges read of a resource server.
 *
 * @module
 */
import type { KeySetHealth } from '@scopegate/access-token';

/** The part of `health()` that the gauges show. */
export interface ObservedHealth {
  /** The state of each issuer's keys. */
  readonly issuers: readonly Pick<KeySetHealth, 'issuer' | 'state' | 'keys' | 'ageMs'>[];
  /** The state of the token cache; `undefined` without one. */
  readonly tokenCache?:
    | {
        /** Number of cached tokens. */
        readonly entries: number;
        /** The number of tokens that the cache can hold. */
        readonly maxEntries: number;
      }
    | undefined;
  /** The guards that only report. */
  readonly reportOnly?:
    | readonly {
        /** Until when the guard only reports: an instant in ISO 8601. */
        readonly until: string;
      }[]
    | undefined;
}

/** A resource server of any adapter, or a verifier. */
export interface ObservedServer {
  /** Returns the state of the keys and of the token cache. */
  health(): ObservedHealth;
}
