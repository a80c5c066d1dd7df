/**
 * Introspection responses in Redis.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { readInteger, readNullableText, readOk } from '../connection/reply.js';
import type { SealPlace } from '../sealing/sealed-box.js';
import type { SealedStoreParts } from '../store-parts.js';

/** A response about an active token: an `IntrospectionRecord` of @scopegate/access-token. */
export interface IntrospectionRecord {
  /** The members of the response. */
  readonly members: Readonly<Record<string, unknown>>;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly askedAt: number;
}

/** Sealed responses for all processes of a fleet: an `IntrospectionCache` of @scopegate/access-token. */
export interface RedisIntrospectionCache {
  /**
   * Reads a response; `undefined` if there is none, or none that this fleet has written.
   *
   * @param key - 43 characters of base64url.
   * @throws StoreUnavailableError (rejects)
   */
  read(key: string): Promise<IntrospectionRecord | undefined>;
  /**
   * Stores a response.
   *
   * @param lifetimeMs - How long it is stored, in milliseconds: an integer, at least 1.
   * @throws StoreUnavailableError (rejects)
   */
  write(key: string, record: IntrospectionRecord, lifetimeMs: number): Promise<void>;
  /**
   * Removes a response.
   *
   * @throws StoreUnavailableError (rejects)
   */
  remove(key: string): Promise<void>;
}

/** The version of the sealed values; others are not read. */
const VERSION = 1;

/** Creates the cache: one plain command for each call. */
export function createRedisIntrospectionCache({
  prefix,
  runner,
  box,
}: SealedStoreParts): RedisIntrospectionCache {
  const placeOf = (key: string): SealPlace => ({
    purpose: 'introspection',
    redisKey: `${prefix}:i:${key}`,
  });
  return Object.freeze({
    async read(given: string): Promise<IntrospectionRecord | undefined> {
      const place = placeOf(given);
      const { redisKey: key } = place;
      const sealed = readNullableText(await runner.run(['GET', key], { key, readOnly: true }));
      return sealed === null ? undefined : findResponse(box.open(sealed, place).value);
    },
    async write(
      given: string,
      { members, askedAt }: IntrospectionRecord,
      lifetimeMs: number,
    ): Promise<void> {
      const place = placeOf(given);
      const { redisKey: key } = place;
      const sealed = box.seal({ version: VERSION, members, askedAt }, place);
      readOk(await runner.run(['SET', key, sealed, 'PX', String(lifetimeMs)], { key }));
    },
    async remove(given: string): Promise<void> {
      const { redisKey: key } = placeOf(given);
      readInteger(await runner.run(['DEL', key], { key }));
    },
  });
}

/** Only processes with the key can have written it; it may be of another version of this package. */
function findResponse(
  value: Readonly<Record<string, unknown>> | undefined,
): IntrospectionRecord | undefined {
  if (value?.['version'] !== VERSION) return undefined;
  const { members, askedAt } = value;
  return isPlainObject(members) && typeof askedAt === 'number' ? { members, askedAt } : undefined;
}
