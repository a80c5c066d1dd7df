/**
 * Key sets in Redis.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { readNullableText, readOk } from '../connection/reply.js';
import type { SealPlace } from '../sealing/sealed-box.js';
import type { SealedStoreParts } from '../store-parts.js';

/** The JWKS of one successful response: a `KeySetSnapshot` of @scopegate/access-token. */
export interface KeySetSnapshot {
  /** The document. */
  readonly jwks: unknown;
  /** The URL of the JWKS. */
  readonly url: string;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** The freshness lifetime of the response headers, in milliseconds. */
  readonly lifetimeMs?: number | undefined;
}

/** Sealed key sets for all processes of a fleet: `KeySetSnapshots` of @scopegate/access-token. */
export interface RedisKeySetSnapshots {
  /**
   * Reads the key set of an issuer; `undefined` if there is none, or none that this fleet has written.
   *
   * @throws StoreUnavailableError (rejects)
   */
  read(issuer: string): Promise<KeySetSnapshot | undefined>;
  /**
   * Stores the key set of an issuer.
   *
   * @param lifetimeMs - How long it is stored, in milliseconds: an integer, at least 1.
   * @throws StoreUnavailableError (rejects)
   */
  write(issuer: string, snapshot: KeySetSnapshot, lifetimeMs: number): Promise<void>;
}

/** The version of the sealed values; others are not read. */
const VERSION = 1;
/** 132 bits of the digest; the seal binds an entry to its key. */
const ID_LENGTH = 22;

/** Creates the store of key sets: one plain command for each call. */
export function createRedisKeySetSnapshots({
  prefix,
  runner,
  box,
}: SealedStoreParts): RedisKeySetSnapshots {
  const placeOf = (issuer: string): SealPlace => {
    const id = hash('sha256', issuer, 'base64url').slice(0, ID_LENGTH);
    return { purpose: 'snapshot', redisKey: `${prefix}:k:${id}` };
  };
  return Object.freeze({
    async read(issuer: string): Promise<KeySetSnapshot | undefined> {
      const place = placeOf(issuer);
      const { redisKey: key } = place;
      const sealed = readNullableText(await runner.run(['GET', key], { key, readOnly: true }));
      return sealed === null ? undefined : findKeySet(box.open(sealed, place).value, issuer);
    },
    async write(issuer: string, snapshot: KeySetSnapshot, lifetimeMs: number): Promise<void> {
      const { jwks, url, fetchedAt, lifetimeMs: freshForMs } = snapshot;
      const place = placeOf(issuer);
      const { redisKey: key } = place;
      const value = { version: VERSION, issuer, jwks, url, fetchedAt, lifetimeMs: freshForMs };
      const sealed = box.seal(value, place);
      readOk(await runner.run(['SET', key, sealed, 'PX', String(lifetimeMs)], { key }));
    },
  });
}

/** Only processes with the key can have written it; it may be of another version of this package. */
function findKeySet(
  value: Readonly<Record<string, unknown>> | undefined,
  expected: string,
): KeySetSnapshot | undefined {
  if (value?.['version'] !== VERSION || value['issuer'] !== expected) return undefined;
  const { jwks, url, fetchedAt, lifetimeMs } = value;
  if (typeof url !== 'string' || typeof fetchedAt !== 'number') return undefined;
  if (lifetimeMs !== undefined && typeof lifetimeMs !== 'number') return undefined;
  return { jwks, url, fetchedAt, lifetimeMs };
}
