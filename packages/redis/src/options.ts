/**
 * Options of the stores and their defaults.
 *
 * @module
 */
import { createSecretKey, KeyObject } from 'node:crypto';
import {
  assertKnownOptions,
  invalidOption,
  isPlainObject,
  optionalBoolean,
  optionalClock,
  optionalNumber,
} from '@scopegate/protocol/internal';
import type { EncryptionKey, SealingKey } from './sealing/encryption-key.js';

/** Options of {@link createRedisStores}. */
export interface RedisStoresOptions {
  /**
   * With what all keys begin: 1 to 64 visible ASCII characters without `{` and `}`, such as
   * `'prod-eu:sales-api'`. Processes with the same prefix are one fleet.
   */
  readonly prefix: string;
  /**
   * The keys with which entries are sealed; the first seals, all open. To replace a key, deploy
   * `[old, new]`, then `[new, old]`, and `[new]` when the entries of the old one have expired. An id is never used
   * for another key. Required by every store but `replay`.
   *
   * @defaultValue none: only `replay` can be used
   */
  readonly encryptionKeys?: readonly EncryptionKey[] | undefined;
  /**
   * How long one command may take, in milliseconds. 20 to 5,000.
   *
   * @defaultValue `250`
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Options of `revocations`.
   *
   * @defaultValue the defaults of {@link RevocationLogOptions}
   */
  readonly revocations?: RevocationLogOptions | undefined;
  /**
   * Accepts a server that may evict entries. Used proofs may then be accepted again, and processes that start
   * later may accept revoked tokens.
   *
   * @defaultValue `false`: `ready()` rejects
   */
  readonly dangerouslyAllowEviction?: boolean | undefined;
  /**
   * Returns the current time, in milliseconds since the epoch.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
}

/** Options of the store `revocations`. */
export interface RevocationLogOptions {
  /**
   * The longest lifetime of tokens, in seconds. 60 to 2,592,000. Revocations are kept until all the tokens
   * have expired. The option `maxLifetimeSeconds` of each verifier must be set, and must not be larger. The same
   * in all processes of the fleet: one with a smaller value drops the revocations of the others too early.
   *
   * @defaultValue `86_400`
   */
  readonly maxLifetimeSeconds?: number | undefined;
  /**
   * How often each process reads new revocations, in milliseconds. 50 to 60,000.
   *
   * @defaultValue `500`
   */
  readonly pollMs?: number | undefined;
  /**
   * How long requests are still decided by the revocations that are known when no new ones can be read, in
   * milliseconds. 1,000 to 3,600,000, and at least twice `pollMs`. After that they get 503.
   *
   * @defaultValue `30_000`
   */
  readonly maxStaleMs?: number | undefined;
  /**
   * Decides requests by the revocations that are known, however old they are. A process that has lost its
   * connection then accepts tokens that were revoked since.
   *
   * @defaultValue `false`
   */
  readonly dangerouslyAcceptStale?: boolean | undefined;
  /**
   * The number of revocations in the memory of this process. An integer from 1 to 10,000,000. While it is
   * exceeded, the log is not current. An entry occupies about 200 bytes.
   *
   * @defaultValue `1_000_000`
   */
  readonly maxEntries?: number | undefined;
}

/** {@link RevocationLogOptions}, complete. */
export type ResolvedLogOptions = {
  readonly [Name in keyof RevocationLogOptions]-?: NonNullable<RevocationLogOptions[Name]>;
};

/** {@link RedisStoresOptions}, complete. */
export interface ResolvedStoresOptions {
  readonly prefix: string;
  /** Empty when only `replay` can be used. */
  readonly sealingKeys: readonly SealingKey[];
  readonly timeoutMs: number;
  readonly revocations: ResolvedLogOptions;
  readonly allowEviction: boolean;
  readonly clock: () => number;
}

const NAMES = [
  'prefix',
  'encryptionKeys',
  'timeoutMs',
  'revocations',
  'dangerouslyAllowEviction',
  'clock',
] as const satisfies readonly (keyof RedisStoresOptions)[];

const LOG_NAMES = [
  'maxLifetimeSeconds',
  'pollMs',
  'maxStaleMs',
  'dangerouslyAcceptStale',
  'maxEntries',
] as const satisfies readonly (keyof RevocationLogOptions)[];

const PREFIX = /^[\x21-\x7e]{1,64}$/;
const KEY_ID = /^[A-Za-z0-9._-]{1,32}$/;

type Options = Readonly<Record<string, unknown>>;

/**
 * Checks the options of the stores and completes them.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveStoresOptions(options: RedisStoresOptions): ResolvedStoresOptions {
  assertKnownOptions('createRedisStores', options, NAMES);
  // The names are checked; the types are not yet.
  const given: Options = options;
  return Object.freeze({
    prefix: resolvePrefix(given['prefix']),
    sealingKeys: resolveKeys(given['encryptionKeys']),
    timeoutMs: optionalNumber(given, 'timeoutMs', { min: 20, max: 5_000 }) ?? 250,
    revocations: resolveLogOptions(given['revocations']),
    allowEviction: optionalBoolean(given, 'dangerouslyAllowEviction'),
    clock: optionalClock(given, 'clock'),
  });
}

function resolvePrefix(given: unknown): string {
  if (typeof given === 'string' && PREFIX.test(given) && !/[{}]/.test(given)) return given;
  throw invalidOption(
    'prefix',
    'must be 1 to 64 visible ASCII characters without "{" and "}", the same in every process of the fleet',
  );
}

function resolveKeys(given: unknown): readonly SealingKey[] {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length === 0) {
    throw invalidOption('encryptionKeys', 'must be a non-empty array of { id, key }');
  }
  const keys = given.map((each: unknown, index) => resolveKey(each, `encryptionKeys[${index}]`));
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw invalidOption('encryptionKeys', 'must not contain two keys with the same "id"');
  }
  return Object.freeze(keys);
}

function resolveKey(given: unknown, name: string): SealingKey {
  if (!isPlainObject(given)) throw invalidOption(name, 'must be { id, key }');
  const { id, key } = given;
  if (typeof id !== 'string' || !KEY_ID.test(id)) {
    throw invalidOption(
      `${name}.id`,
      'must be 1 to 32 characters of A-Z, a-z, 0-9, ".", "_" and "-"',
    );
  }
  const secret = key instanceof Uint8Array ? createSecretKey(key) : key;
  const isSecret = secret instanceof KeyObject && secret.type === 'secret';
  if (isSecret && secret.symmetricKeySize === 32) return { id, key: secret };
  throw invalidOption(`${name}.key`, 'must be 32 octets; read text with readEncryptionKey()');
}

function resolveLogOptions(given: unknown): ResolvedLogOptions {
  const options = given === undefined ? {} : given;
  assertKnownOptions('option "revocations"', options, LOG_NAMES);
  const path = 'revocations.';
  const read = (name: (typeof LOG_NAMES)[number], min: number, max: number): number | undefined =>
    optionalNumber(options, name, { min, max, path, isInteger: true });
  const pollMs = read('pollMs', 50, 60_000) ?? 500;
  const maxStaleMs = read('maxStaleMs', 1_000, 3_600_000) ?? Math.max(30_000, 2 * pollMs);
  if (maxStaleMs < 2 * pollMs) {
    throw invalidOption('revocations.maxStaleMs', 'must be at least twice "pollMs"');
  }
  return Object.freeze({
    maxLifetimeSeconds: read('maxLifetimeSeconds', 60, 2_592_000) ?? 86_400,
    pollMs,
    maxStaleMs,
    dangerouslyAcceptStale: optionalBoolean(options, 'dangerouslyAcceptStale'),
    maxEntries: read('maxEntries', 1, 10_000_000) ?? 1_000_000,
  });
}
