/**
 * What happens to the things that decisions depend on, read from the channels of introspection, used proofs,
 * revocations and stores.
 *
 * @module
 */
import { INTROSPECTION_CHANNEL, REPLAY_CHANNEL, REVOCATION_CHANNEL } from '@scopegate/access-token';
import { findNumber, findString, type NamedMessage } from './channel-message.js';
import { STORE_CHANNEL } from './channel-names.js';
import { OTHER } from './other-name.js';

/** The channels that report incidents. */
export const INCIDENT_CHANNELS: readonly string[] = Object.freeze([
  INTROSPECTION_CHANNEL,
  REPLAY_CHANNEL,
  REVOCATION_CHANNEL,
  STORE_CHANNEL,
]);

/** An outage, or one thing that an operator should look at. */
export type Incident = {
  /** What is affected, such as `introspection`, `replay_shared` or `store_state`. */
  readonly dependency: string;
  /** The issuer, for introspection. */
  readonly issuer: string | undefined;
} & (
  | {
      readonly kind: 'began';
      /** The first failure, such as `timeout`. */
      readonly failure: string;
      /** The system's error code, such as `ECONNREFUSED`. */
      readonly systemCode: string | undefined;
    }
  | {
      readonly kind: 'ended';
      readonly unavailableForMs: number;
      /** Number of requests, checks or commands that failed. */
      readonly failures: number;
    }
  | {
      readonly kind: 'incident';
      /** Such as `data_lost`, `tampered` or `credentials_refused`. */
      readonly name: IncidentName;
      /** The store, by its name in `RedisStores`. */
      readonly store: string | undefined;
    }
);

/** The names of incidents. A closed union. */
export type IncidentName =
  | 'always_inactive'
  | 'credentials_refused'
  | 'data_lost'
  | 'discontinuity'
  | 'full'
  | 'healed'
  | 'stale'
  | 'tampered'
  | 'unreadable'
  | 'unsafe_eviction';

/** Incidents by the channel and the name of their events. */
const NAMES: Readonly<Record<string, Readonly<Record<string, IncidentName>>>> = {
  [INTROSPECTION_CHANNEL]: {
    'credentials-refused': 'credentials_refused',
    'always-inactive': 'always_inactive',
  },
  [REPLAY_CHANNEL]: { 'data-lost': 'data_lost' },
  [REVOCATION_CHANNEL]: { full: 'full' },
  [STORE_CHANNEL]: {
    discontinuity: 'discontinuity',
    healed: 'healed',
    stale: 'stale',
    tampered: 'tampered',
    unreadable: 'unreadable',
    'unsafe-eviction': 'unsafe_eviction',
  },
};

/** The member that names the part of a dependency, by channel. */
const PARTS: Readonly<Record<string, readonly [name: string, member: string]>> = {
  [REPLAY_CHANNEL]: ['replay', 'store'],
  [REVOCATION_CHANNEL]: ['revocation', 'origin'],
  [STORE_CHANNEL]: ['store', 'connection'],
};

/** Reads an incident from a message of one of the {@link INCIDENT_CHANNELS}; `undefined` for anything else. */
export function findIncident(channel: string, message: NamedMessage): Incident | undefined {
  const issuer = findString(message, 'issuer');
  const dependency = dependencyOf(channel, message);
  if (message.event === 'unavailable') {
    const failure = findString(message, 'failure') ?? OTHER;
    const systemCode = findString(message, 'systemCode');
    return { dependency, issuer, kind: 'began', failure, systemCode };
  }
  if (message.event === 'recovered') {
    const unavailableForMs = findNumber(message, 'unavailableForMs') ?? 0;
    const failures = findNumber(message, 'failures') ?? 0;
    return { dependency, issuer, kind: 'ended', unavailableForMs, failures };
  }
  const names = NAMES[channel];
  if (names === undefined || !Object.hasOwn(names, message.event)) return undefined;
  const name = names[message.event];
  // The replay channel names the kind of its store, which is part of the dependency.
  const store = channel === STORE_CHANNEL ? findString(message, 'store') : undefined;
  return name && { dependency, issuer, kind: 'incident', name, store };
}

function dependencyOf(channel: string, message: NamedMessage): string {
  const part = PARTS[channel];
  if (part === undefined) return 'introspection';
  const [name, member] = part;
  const value = findString(message, member);
  return value === undefined ? name : `${name}_${value}`;
}
