// The public API of @scopegate/redis. Run "npm run api" to write this file again.

import type {
  RevocationKind,
  RevocationSubject,
  UnavailableError,
  Withdrawal,
} from '@scopegate/protocol';
import type { KeyObject } from 'node:crypto';

// @scopegate/redis

export interface CommandRoute {
  readonly key: string;
  readonly readOnly: boolean;
}

export interface ConnectionHealth {
  readonly circuit: CircuitState;
  readonly pending: number;
  readonly lastError: StoreUnavailableError | undefined;
  readonly openUntil: number | undefined;
}

export type ConnectionRole = 'state' | 'cache';

export interface CustomConnection {
  send(args: readonly string[], route: CommandRoute): Promise<unknown>;
  isReady?(): boolean;
}

export interface EncryptionKey {
  readonly id: string;
  readonly key: Uint8Array | KeyObject;
}

export interface GlideConnection {
  customCommand(args: string[]): Promise<unknown>;
}

export interface IntrospectionRecord {
  readonly members: Readonly<Record<string, unknown>>;
  readonly askedAt: number;
}

export interface IoredisConnection {
  call(command: string, ...args: string[]): Promise<unknown>;
  readonly status: string;
}

export interface KeySetSnapshot {
  readonly jwks: unknown;
  readonly url: string;
  readonly fetchedAt: number;
  readonly lifetimeMs?: number | undefined;
}

export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
  readonly isOpen: boolean;
}

export interface NodeRedisCluster {
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
  ): Promise<unknown>;
  readonly slots: unknown;
}

export interface NodeRedisSentinel {
  sendCommand(isReadonly: boolean | undefined, args: string[]): Promise<unknown>;
  getMasterNode(): unknown;
}

export type RedisConnection =
  | CustomConnection
  | IoredisConnection
  | GlideConnection
  | NodeRedisCluster
  | NodeRedisSentinel
  | NodeRedisClient;

export interface RedisIntrospectionCache {
  read(key: string): Promise<IntrospectionRecord | undefined>;
  write(key: string, record: IntrospectionRecord, lifetimeMs: number): Promise<void>;
  remove(key: string): Promise<void>;
}

export interface RedisKeySetSnapshots {
  read(issuer: string): Promise<KeySetSnapshot | undefined>;
  write(issuer: string, snapshot: KeySetSnapshot, lifetimeMs: number): Promise<void>;
}

export interface RedisReplay {
  register(proof: string, windowMs: number): Promise<boolean>;
  readonly notBefore: number | undefined;
}

export interface RedisStores {
  readonly replay: RedisReplay;
  readonly revocations: RevocationLog;
  readonly introspectionCache: RedisIntrospectionCache;
  readonly tokens: RedisTokenStore;
  readonly keySetSnapshots: RedisKeySetSnapshots;
  ready(): Promise<void>;
  health(): StoresHealth;
  close(): void;
}

export interface RedisStoresOptions {
  readonly prefix: string;
  readonly encryptionKeys?: readonly EncryptionKey[] | undefined;
  readonly timeoutMs?: number | undefined;
  readonly revocations?: RevocationLogOptions | undefined;
  readonly dangerouslyAllowEviction?: boolean | undefined;
  readonly clock?: (() => number) | undefined;
}

export interface RedisTokenLease {
  extend(): Promise<boolean>;
  fulfill(token: SharedToken, remainingMs: number): Promise<void>;
  release(backOffMs: number): Promise<void>;
  decline(forMs: number): Promise<void>;
}

export interface RedisTokenStore {
  takeTurn(id: string, unwanted: string | undefined): Promise<RedisTokenTurn>;
}

export type RedisTokenTurn =
  | {
      readonly turn: 'token';
      readonly token: SharedToken;
      readonly remainingMs: number;
      readonly ageMs: number;
    }
  | {
      readonly turn: 'lease';
      readonly lease: RedisTokenLease;
    }
  | {
      readonly turn: 'wait' | 'back-off' | 'alone';
      readonly forMs: number;
    };

export interface RevocationLog {
  readonly version: number;
  readonly maxLifetimeSeconds: number;
  isCurrent(nowMs: number): boolean;
  isRevoked(token: RevocationSubject): boolean;
  withdraw(withdrawal: Withdrawal): Promise<void>;
  ready(): Promise<void>;
  onChange(listener: () => void): () => void;
  health(): RevocationLogHealth;
}

export interface RevocationLogHealth {
  readonly entries: number;
  readonly ageMs: number | undefined;
  readonly isCurrent: boolean;
}

export interface RevocationLogOptions {
  readonly maxLifetimeSeconds?: number | undefined;
  readonly pollMs?: number | undefined;
  readonly maxStaleMs?: number | undefined;
  readonly dangerouslyAcceptStale?: boolean | undefined;
  readonly maxEntries?: number | undefined;
}

export declare const STORE_CHANNEL = 'scopegate:store';

export interface SeparateConnections {
  readonly state: RedisConnection;
  readonly cache: RedisConnection;
}

export interface SharedToken {
  readonly value: string;
  readonly scopes: readonly string[];
}

export declare class StoreConfigurationError extends Error {
  readonly name = 'StoreConfigurationError';
  readonly code = 'ERR_STORE_CONFIGURATION';
  readonly problem: StoreConfigurationProblem;
  constructor(problem: StoreConfigurationProblem, options?: ErrorOptions);
}

export type StoreConfigurationProblem = keyof typeof PROBLEMS;

export type StoreEvent =
  | {
      readonly event: 'unavailable';
      readonly connection: ConnectionRole;
      readonly failure: StoreFailure;
      readonly systemCode: string | undefined;
    }
  | {
      readonly event: 'recovered';
      readonly connection: ConnectionRole;
      readonly unavailableForMs: number;
      readonly failures: number;
    }
  | {
      readonly event: 'discontinuity';
      readonly lostPolls: number;
    }
  | {
      readonly event: 'healed';
      readonly entries: number;
    }
  | {
      readonly event: 'stale';
      readonly ageMs: number;
    }
  | {
      readonly event: 'revoked';
      readonly kind: RevocationKind;
    }
  | {
      readonly event: 'tampered';
      readonly store: StoreName;
    }
  | {
      readonly event: 'unreadable';
      readonly store: StoreName;
      readonly keyId: string;
    }
  | {
      readonly event: 'lease';
      readonly outcome: 'won' | 'adopted' | 'waited';
    }
  | {
      readonly event: 'unsafe-eviction';
      readonly evicted: number;
    };

export type StoreFailure = keyof typeof REASONS;

export type StoreName =
  'replay' | 'revocations' | 'introspectionCache' | 'tokens' | 'keySetSnapshots';

export declare class StoreUnavailableError extends UnavailableError {
  readonly name = 'StoreUnavailableError';
  readonly code = 'ERR_STORE_UNAVAILABLE';
  readonly detail = 'the shared state of this API is unavailable; try again later';
  readonly failure: StoreFailure;
  readonly systemCode: string | undefined;
  constructor(failure: StoreFailure, options?: ErrorOptions);
}

export interface StoresHealth {
  readonly state: ConnectionHealth;
  readonly cache: ConnectionHealth;
  readonly revocations: RevocationLogHealth | undefined;
}

export declare function createRedisStores(
  connections: RedisConnection | SeparateConnections,
  options: RedisStoresOptions,
): RedisStores;

export declare function readEncryptionKey(text: unknown): KeyObject;

// Not exported: the declarations above mention these.

type CircuitState = 'closed' | 'open' | 'half-open';

declare const PROBLEMS: {
  readonly eviction: 'the server may evict entries: used proofs would be accepted again, and revoked tokens too; set "maxmemory-policy" to "noeviction", or set "dangerouslyAllowEviction" to true';
  readonly version: 'the server must be Redis 7.0 or later, or Valkey 7.2 or later; upgrade it';
  readonly permissions: 'the user of the connection must be allowed the commands of the stores; see docs/fleets.md for the ACL rule';
};

declare const REASONS: {
  readonly timeout: {
    readonly problem: 'did not answer in time';
    readonly retryAfterSeconds: 1;
  };
  readonly connection: {
    readonly problem: 'cannot be reached';
    readonly retryAfterSeconds: 1;
  };
  readonly circuit: {
    readonly problem: 'failed before, and the next attempt is not due';
    readonly retryAfterSeconds: 1;
  };
  readonly overloaded: {
    readonly problem: 'has too many pending commands';
    readonly retryAfterSeconds: 1;
  };
  readonly full: {
    readonly problem: 'is full';
    readonly retryAfterSeconds: 5;
  };
  readonly refused: {
    readonly problem: 'refused the command';
    readonly retryAfterSeconds: 5;
  };
  readonly reply: {
    readonly problem: 'sent an unexpected reply';
    readonly retryAfterSeconds: 5;
  };
  readonly stale: {
    readonly problem: 'could not be read for too long';
    readonly retryAfterSeconds: 5;
  };
  readonly closed: {
    readonly problem: 'is closed';
    readonly retryAfterSeconds: 5;
  };
};
