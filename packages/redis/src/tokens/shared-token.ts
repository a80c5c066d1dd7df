/**
 * Tokens as they are stored: a digest in clear, by which a script recognizes a token, and the sealed token.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { isStringArray } from '@scopegate/protocol/internal';
import type { SealedBox } from '../sealing/sealed-box.js';
import { publishStoreEvent } from '../store-events.js';
import { DIGEST_LENGTH } from './token-scripts.js';

/** A token as processes share it: a `SharedToken` of @scopegate/client. */
export interface SharedToken {
  /** The token itself. */
  readonly value: string;
  /** The granted scopes. */
  readonly scopes: readonly string[];
}

/** A token, and when it expires. */
export interface TokenEntry {
  readonly token: SharedToken;
  /** How long it could be used when it was stored, in milliseconds. */
  readonly lifetimeMs: number;
  /** When it expires, in milliseconds since the epoch by the clock of the process that stored it. */
  readonly usableUntil: number;
}

/** Where an entry is stored, and with which keys it is sealed. */
export interface EntryPlace {
  readonly box: SealedBox;
  readonly key: string;
}

/** The version of the sealed values; others are not read. */
const VERSION = 1;

/**
 * How far the clocks of two processes may differ, in milliseconds. The lifetime of an entry in Redis is exact,
 * whatever the clocks; this bounds only an old entry that was written back.
 */
const CLOCK_DIFFERENCE_MS = 60_000;

/** Formats the digest of a token; empty without one. 66 bits, so that no other token has the same. */
export function formatDigest(token: string | undefined): string {
  return token === undefined ? '' : hash('sha256', token, 'base64url').slice(0, DIGEST_LENGTH);
}

/** Formats an entry. */
export function sealToken(
  { token: { value, scopes }, lifetimeMs, usableUntil }: TokenEntry,
  { box, key }: EntryPlace,
): string {
  const sealed = box.seal(
    { version: VERSION, value, scopes, lifetimeMs, usableUntil },
    { purpose: 'token', redisKey: key },
  );
  return `${formatDigest(value)}.${sealed}`;
}

/**
 * Opens an entry. Publishes why it cannot be opened.
 *
 * @returns `undefined` for an entry that this fleet did not write, that was changed, or whose token has expired.
 */
export function openToken(text: string, { box, key }: EntryPlace): TokenEntry | undefined {
  const opened = box.open(text.slice(DIGEST_LENGTH + 1), { purpose: 'token', redisKey: key });
  if (opened.value === undefined) return undefined;
  const entry = readEntry(opened.value);
  if (entry !== undefined && text.startsWith(`${formatDigest(entry.token.value)}.`)) return entry;
  publishStoreEvent({ event: 'tampered', store: 'tokens' });
  return undefined;
}

/**
 * Computes how long a token may be used.
 *
 * @param leftMs - The remaining lifetime of the entry in Redis.
 * @returns Milliseconds; 0 or less when it has expired.
 */
export function remainingOf(
  { lifetimeMs, usableUntil }: TokenEntry,
  { leftMs, now }: { readonly leftMs: number; readonly now: number },
): number {
  return Math.min(leftMs, lifetimeMs, usableUntil + CLOCK_DIFFERENCE_MS - now);
}

function readEntry(opened: Readonly<Record<string, unknown>>): TokenEntry | undefined {
  const { version, value, scopes, lifetimeMs, usableUntil } = opened;
  if (version !== VERSION || typeof value !== 'string' || !isStringArray(scopes)) return undefined;
  if (typeof lifetimeMs !== 'number' || typeof usableUntil !== 'number') return undefined;
  return { token: Object.freeze({ value, scopes }), lifetimeMs, usableUntil };
}
