/**
 * A good answer of an issuer, and how long its keys serve.
 *
 * @module
 */
import type { Freshness } from './http-freshness.js';
import type { JwksAnswer, JwksVersion } from './jwks-source.js';
import type { KeyRing } from './key-ring.js';

/** A good answer and its times, milliseconds since the epoch. */
export interface HeldKeys {
  readonly ring: KeyRing;
  /** Where they came from. */
  readonly url: URL;
  readonly version: JwksVersion | undefined;
  /** As the response headers put it. */
  readonly freshness: Freshness;
  readonly lifetimeMs: number;
  readonly since: number;
  readonly refreshAt: number;
  readonly freshUntil: number;
  readonly usableUntil: number;
  /** How many answers in a row, this one included, had no keys. */
  readonly withdrawals: number;
}

/** How long keys are held. */
export interface HoldingPolicy {
  /** How long they serve past their lifetime, in milliseconds. */
  readonly maxStaleMs: number;
  /** Bounds a lifetime that response headers ask for. */
  readonly clampLifetimeMs: (lifetimeMs: number | undefined) => number;
}

/** An answer with its keys imported, and what was held before. */
export interface GoodAnswer {
  readonly answer: JwksAnswer;
  readonly ring: KeyRing;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly before: HeldKeys | undefined;
}

const MIN_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60_000;
// Jitter is in [0, 1): many servers that started together do not ask together.
const REFRESH_FROM = 0.8;
const REFRESH_JITTER = 0.1;

/**
 * How long to wait after an attempt that brought no keys.
 *
 * @param attempts - Such attempts in a row, at least 1.
 * @returns Milliseconds, 750 to 60,000.
 */
export function backoffMs(attempts: number): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** (attempts - 1));
  return Math.round(ceiling * (0.75 + 0.25 * Math.random()));
}

/** Works out how long the keys of an answer serve, and when to ask again. */
export function holdKeys(good: GoodAnswer, policy: HoldingPolicy): HeldKeys {
  const { answer, ring, askedAt, before } = good;
  const freshness = freshnessOf(good);
  const lifetimeMs = policy.clampLifetimeMs(freshness.lifetimeMs);
  const withdrawals = ring.size === 0 ? (before?.withdrawals ?? 0) + 1 : 0;
  // An authorization server that is starting has no keys for a moment.
  const refreshAfter = withdrawals > 0 ? backoffMs(withdrawals) : aheadOfTime(lifetimeMs);
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
    usableUntil: freshness.mustRevalidate ? freshUntil : freshUntil + policy.maxStaleMs,
    withdrawals,
  };
}

/** RFC 9111 §4.3.4: what a 304 does not say again is as it was. */
function freshnessOf({ answer, before }: GoodAnswer): Freshness {
  const { changed, lifetimeMs, mustRevalidate } = answer;
  const isSilent = changed === undefined && lifetimeMs === undefined && !mustRevalidate;
  return isSilent && before !== undefined ? before.freshness : { lifetimeMs, mustRevalidate };
}

function aheadOfTime(lifetimeMs: number): number {
  return Math.round(lifetimeMs * (REFRESH_FROM + REFRESH_JITTER * Math.random()));
}
