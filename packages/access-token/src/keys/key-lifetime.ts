/**
 * The keys of one successful response, and how long they are used.
 *
 * @module
 */
import { backoffMs, type Jitter, renewalPointMs } from '@scopegate/protocol/internal';
import type { Freshness } from './http-freshness.js';
import type { JwksAnswer, JwksVersion } from './jwks-source.js';
import type { KeyRing } from './key-ring.js';
import type { UsableSnapshot } from '../snapshots/issuer-snapshot.js';

/** The keys of one successful response, with times in milliseconds since the epoch. */
export interface FetchedKeys {
  readonly ring: KeyRing;
  /** The URL of the JWKS. */
  readonly url: URL;
  readonly version: JwksVersion | undefined;
  /** The freshness according to the response headers. */
  readonly freshness: Freshness;
  readonly lifetimeMs: number;
  /** When the request was sent. */
  readonly since: number;
  /** When a refresh begins in the background. */
  readonly refreshAt: number;
  /** The end of the lifetime. */
  readonly freshUntil: number;
  /** When the keys stop being used in an outage. */
  readonly usableUntil: number;
  /** Number of consecutive responses without keys, including this one. */
  readonly withdrawals: number;
  /**
   * Whether the keys come from a snapshot, and whether that was fresh when it was used first; `undefined` for
   * keys that this process has fetched.
   */
  readonly snapshot: 'fresh' | 'old' | undefined;
}

/** How long keys are used. */
export interface LifetimePolicy {
  /** How long keys are used past their lifetime in an outage, in milliseconds. */
  readonly maxStaleMs: number;
  /** Limits the lifetime from the response headers; applies the default when they contain none. */
  readonly clampLifetimeMs: (lifetimeMs: number | undefined) => number;
  /** @defaultValue `Math.random` */
  readonly jitter?: Jitter | undefined;
}

/** A successful response with its imported keys, and the previous keys. */
export interface GoodAnswer {
  readonly answer: JwksAnswer;
  readonly ring: KeyRing;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly before: FetchedKeys | undefined;
}

/** The longest time between two attempts while an issuer returns no keys. */
export const LONGEST_BACKOFF_MS = 60_000;

/** Computes how long the keys of a response are used, and when to fetch them again. */
export function createFetchedKeys(good: GoodAnswer, policy: LifetimePolicy): FetchedKeys {
  const { answer, ring, askedAt, before } = good;
  const { jitter } = policy;
  const freshness = freshnessOf(good);
  const lifetimeMs = policy.clampLifetimeMs(freshness.lifetimeMs);
  const withdrawals = ring.size === 0 ? (before?.withdrawals ?? 0) + 1 : 0;
  // An authorization server that is starting may have no keys yet.
  const refreshAfter =
    withdrawals > 0
      ? backoffMs({ failures: withdrawals, longestMs: LONGEST_BACKOFF_MS, jitter })
      : renewalPointMs(lifetimeMs, jitter);
  const freshUntil = askedAt + lifetimeMs;
  return {
    ring,
    url: answer.url,
    version: answer.changed === undefined ? before?.version : answer.changed.version,
    freshness,
    lifetimeMs,
    since: askedAt,
    refreshAt: askedAt + Math.min(refreshAfter, lifetimeMs),
    freshUntil,
    usableUntil: freshUntil + policy.maxStaleMs,
    withdrawals,
    snapshot: undefined,
  };
}

/** A snapshot with its imported keys. */
export interface ImportedSnapshot {
  readonly snapshot: UsableSnapshot;
  readonly ring: KeyRing;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Distributes the requests of processes that start together. */
const FIRST_REFRESH_JITTER_MS = 5_000;

/**
 * Computes how long the keys of a snapshot are used. They are never used longer than `maxStaleMs` from the time
 * of the original request, and a request follows soon.
 */
export function createSnapshotKeys(
  { snapshot, ring, nowMs }: ImportedSnapshot,
  { maxStaleMs, clampLifetimeMs, jitter = Math.random }: LifetimePolicy,
): FetchedKeys {
  const { url, fetchedAt, lifetimeMs: givenMs } = snapshot;
  const lifetimeMs = clampLifetimeMs(givenMs);
  // The clock of the process that stored it may be ahead.
  const since = Math.min(fetchedAt, nowMs);
  const usableUntil = since + maxStaleMs;
  const freshUntil = Math.min(since + lifetimeMs, usableUntil);
  const isFresh = nowMs < freshUntil;
  const refreshAt = isFresh ? nowMs + Math.round(FIRST_REFRESH_JITTER_MS * jitter()) : nowMs;
  return {
    ring,
    url,
    // The first request is not conditional: a 304 would confirm a document that this process has not received.
    version: undefined,
    freshness: { lifetimeMs: givenMs },
    lifetimeMs,
    since,
    refreshAt: Math.min(refreshAt, Math.max(freshUntil, nowMs)),
    freshUntil,
    usableUntil,
    withdrawals: 0,
    snapshot: isFresh ? 'fresh' : 'old',
  };
}

/** RFC 9111 §4.3.4: headers that a 304 omits keep their stored values. */
function freshnessOf({ answer, before }: GoodAnswer): Freshness {
  const { changed, lifetimeMs } = answer;
  const isSilent = changed === undefined && lifetimeMs === undefined;
  return isSilent && before !== undefined ? before.freshness : { lifetimeMs };
}
