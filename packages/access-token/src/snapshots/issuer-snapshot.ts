/**
 * The snapshot of one issuer's key set: read when the process starts, stored after successful responses.
 *
 * @module
 */
import {
  hasUserinfo,
  isPlainObject,
  isTransportAllowed,
  parseUrl,
  withDeadline,
} from '@scopegate/protocol/internal';
import type { KeySetSnapshots } from './key-set-snapshots.js';

/** Options of an {@link IssuerSnapshot}. */
export interface IssuerSnapshotOptions {
  readonly store: KeySetSnapshots;
  readonly issuer: string;
  /** The URL of the JWKS; `undefined` for discovery. */
  readonly jwksUri: URL | undefined;
  readonly allowHttp: boolean;
  /** How long a snapshot may be used, from the time of its request, in milliseconds. */
  readonly maxStaleMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A snapshot that may be used now, except for its JWKS, which is not checked yet. */
export interface UsableSnapshot {
  readonly jwks: unknown;
  readonly url: URL;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** The lifetime from the response headers. */
  readonly lifetimeMs: number | undefined;
}

/** A JWKS that the issuer has sent, or confirmed. */
export interface ConfirmedJwks {
  readonly jwks: unknown;
  readonly url: URL;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** The lifetime from the response headers. */
  readonly lifetimeMs: number | undefined;
  /** The lifetime of the keys in this process. */
  readonly usedForMs: number;
  /** Whether keys were added or withdrawn. */
  readonly isChanged: boolean;
}

// A store on the same network answers within a few milliseconds; the issuer is asked after this time.
const READ_TIMEOUT_MS = 250;
/** How far the clock of the process that stored a snapshot may be ahead. */
const MAX_AHEAD_MS = 60_000;
// Twice the longest response, because JSON that is written again may be longer.
const MAX_CHARACTERS = 1_048_576;

/** Reads and stores the snapshot of one issuer. A failure of the store is never thrown. */
export class IssuerSnapshot {
  readonly #options: IssuerSnapshotOptions;
  #isRead = false;
  #storedAt: number | undefined;

  constructor(options: IssuerSnapshotOptions) {
    this.#options = options;
  }

  /** Whether the store has answered, so that it need not be read again. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Reads the snapshot; `undefined` if there is none that may be used now. Never rejects. */
  async read(): Promise<UsableSnapshot | undefined> {
    try {
      const given = await this.#ask();
      this.#isRead = true;
      const snapshot = given === undefined ? undefined : this.#check(copyJson(given));
      this.#storedAt = snapshot?.fetchedAt;
      return snapshot;
    } catch {
      return undefined;
    }
  }

  /** Stores a snapshot if the keys have changed, or if the stored one is half as old as it may become. */
  offer(confirmed: ConfirmedJwks): void {
    const { fetchedAt, isChanged, usedForMs } = confirmed;
    const isRecent = this.#storedAt !== undefined && fetchedAt - this.#storedAt < usedForMs / 2;
    if (isRecent && !isChanged) return;
    this.#storedAt = fetchedAt;
    this.#write(confirmed).catch(() => undefined);
  }

  async #write({ jwks, url, fetchedAt, lifetimeMs }: ConfirmedJwks): Promise<void> {
    const { store, issuer, maxStaleMs, clock } = this.#options;
    const usableForMs = Math.floor(fetchedAt + maxStaleMs - clock());
    if (usableForMs < 1) return;
    await store.write(issuer, { jwks, url: url.href, fetchedAt, lifetimeMs }, usableForMs);
  }

  async #ask(): Promise<unknown> {
    const { store, issuer } = this.#options;
    const createTimeoutError = (): Error =>
      new Error(`the snapshot was not read within ${READ_TIMEOUT_MS} ms`);
    const deadline = { timeoutMs: READ_TIMEOUT_MS, createTimeoutError };
    return await withDeadline(deadline, async () => await store.read(issuer));
  }

  #check(given: unknown): UsableSnapshot | undefined {
    if (!isPlainObject(given)) return undefined;
    const { jwks, fetchedAt, lifetimeMs } = given;
    const url = this.#findUrl(given['url']);
    if (url === undefined || typeof fetchedAt !== 'number') return undefined;
    if (lifetimeMs !== undefined && typeof lifetimeMs !== 'number') return undefined;
    const ageMs = this.#options.clock() - fetchedAt;
    const isUsable = ageMs >= -MAX_AHEAD_MS && ageMs < this.#options.maxStaleMs;
    return isUsable ? { jwks, url, fetchedAt, lifetimeMs } : undefined;
  }

  /** A snapshot of another URL than the configured one is not about these keys. */
  #findUrl(given: unknown): URL | undefined {
    const { jwksUri, allowHttp } = this.#options;
    const url = parseUrl(given);
    if (url === undefined) return undefined;
    if (jwksUri !== undefined) return url.href === jwksUri.href ? url : undefined;
    return isTransportAllowed(url, { allowHttp }) && !hasUserinfo(url) ? url : undefined;
  }
}

/** Copies what a store returned, so that nothing in it can run code or change later. */
function copyJson(given: unknown): unknown {
  const text: unknown = JSON.stringify(given);
  if (typeof text !== 'string' || text.length > MAX_CHARACTERS) return undefined;
  return JSON.parse(text);
}
