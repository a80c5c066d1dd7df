/**
 * Introspection responses that several processes share.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { isPlainObject, withDeadline } from '@scopegate/protocol/internal';
import { LRUCache } from 'lru-cache';
import { CallLimiter } from '../call-limiter.js';
import { type JsonObject, member, parseJsonObject } from '../jws/json-object.js';
import type { IntrospectionCache, IntrospectionRecord } from './introspection-cache.js';

/** Options of {@link SharedResponses}. */
export interface SharedResponsesOptions {
  readonly cache: IntrospectionCache;
  readonly issuer: string;
  /** `undefined` means discovery. */
  readonly endpoint: URL | undefined;
  /** Of this resource server. */
  readonly clientId: string | undefined;
  readonly signed: boolean;
  readonly cacheSeconds: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A response of the store about an active token, whose members are not checked further. */
export interface SharedResponse {
  readonly members: JsonObject;
  /** The size of the response as JSON. */
  readonly bytes: number;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly askedAt: number;
}

/** The outcome of a search in the store. */
export interface SharedSearch {
  /** `undefined` if there is none that may be used. */
  readonly response: SharedResponse | undefined;
  /** Whether the store has answered that it has none. */
  readonly isAbsent: boolean;
}

// A store on the same network answers within a few milliseconds; the authorization server is asked after this time.
const TIMEOUT_MS = 250;
const MAX_PENDING = 64;
const MAX_ENDED = 10_000;
// Twice the longest response, because JSON that is written again may be longer.
const MAX_BYTES = 128 * 1024;

const UNKNOWN: SharedSearch = Object.freeze({ response: undefined, isAbsent: false });
const ABSENT: SharedSearch = Object.freeze({ response: undefined, isAbsent: true });

/** Finds, stores and removes responses in the store of one issuer. Never rejects, and never waits long. */
export class SharedResponses {
  readonly #options: SharedResponsesOptions;
  readonly #origin: string;
  readonly #reads = createLimiter();
  readonly #writes = createLimiter();
  /** Tokens that were refused, and until when the store may have an older response. */
  readonly #ended = new LRUCache<string, number>({ max: MAX_ENDED });

  constructor(options: SharedResponsesOptions) {
    const { issuer, endpoint, clientId, signed } = options;
    this.#options = options;
    this.#origin = JSON.stringify([issuer, endpoint?.href, clientId, signed]);
  }

  /** Finds a response about an active token. Whatever fails, or is not of the expected shape, is a miss. */
  async find(digest: string): Promise<SharedSearch> {
    if (this.#hasEnded(digest)) return UNKNOWN;
    const { cache } = this.#options;
    try {
      const key = this.#keyOf(digest);
      const found: unknown = await withDeadline(DEADLINE, () =>
        this.#reads.run(async () => await cache.read(key)),
      );
      if (found === undefined) return ABSENT;
      const response = readRecord(found);
      // The token may have been refused while the store was read.
      return response === undefined || this.#hasEnded(digest)
        ? UNKNOWN
        : { response, isAbsent: false };
    } catch {
      return UNKNOWN;
    }
  }

  /**
   * Stores a response about an active token.
   *
   * @param knownUntil - Until when it may be used, in milliseconds since the epoch.
   */
  store(digest: string, record: IntrospectionRecord, knownUntil: number): void {
    const { cache, clock } = this.#options;
    const lifetimeMs = Math.floor(knownUntil - clock());
    if (lifetimeMs < 1) return;
    const key = this.#keyOf(digest);
    this.#write(async () => {
      await cache.write(key, record, lifetimeMs);
    });
  }

  /** Uses no response of the store about a token until it cannot be older than this call. */
  end(digest: string): void {
    const { clock, cacheSeconds } = this.#options;
    this.#ended.set(digest, clock() + cacheSeconds * 1_000);
  }

  /** Removes the response about a token that a later one contradicts, and uses no older one. */
  remove(digest: string): void {
    const { cache } = this.#options;
    this.end(digest);
    const key = this.#keyOf(digest);
    this.#write(async () => {
      await cache.remove(key);
    });
  }

  #write(call: () => Promise<void>): void {
    this.#writes.run(call).catch(() => undefined);
  }

  #hasEnded(digest: string): boolean {
    const until = this.#ended.get(digest);
    return until !== undefined && this.#options.clock() < until;
  }

  /** Nothing can be read from it, and it differs for each client: the response may, too. */
  #keyOf(digest: string): string {
    return hash('sha256', `${this.#origin}\0${digest}`, 'base64url');
  }
}

const DEADLINE = {
  timeoutMs: TIMEOUT_MS,
  createTimeoutError: () => new Error(`the store did not answer within ${TIMEOUT_MS} ms`),
};

/** A call that never settles keeps its place, so that their number is limited even then. */
function createLimiter(): CallLimiter {
  const createBusyError = (): Error => new Error('too many calls of the store are pending');
  return new CallLimiter({ maxRunning: MAX_PENDING, maxWaiting: 0, createBusyError });
}

/**
 * Reads a record as strictly as a response of the network. The copy cannot run code or change later.
 *
 * @returns `undefined` unless it is about an active token.
 */
function readRecord(given: unknown): SharedResponse | undefined {
  const record = copyJson(given);
  if (record === undefined) return undefined;
  const members = member(record.value, 'members');
  const askedAt = member(record.value, 'askedAt');
  if (!isPlainObject(members) || typeof askedAt !== 'number') return undefined;
  return member(members, 'active') === true ? { members, askedAt, bytes: record.bytes } : undefined;
}

function copyJson(
  given: unknown,
): { readonly value: JsonObject; readonly bytes: number } | undefined {
  const text: unknown = JSON.stringify(given);
  if (typeof text !== 'string' || text.length > MAX_BYTES) return undefined;
  const bytes = Buffer.from(text);
  const value = parseJsonObject(bytes);
  return value && { value, bytes: bytes.length };
}
