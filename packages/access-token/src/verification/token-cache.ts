/**
 * Accepted tokens: whether they are still acceptable, and their cache.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { LRUCache } from 'lru-cache';
import type { KnownToken } from '../claims/verified-token.js';
import type { TokenCacheBounds } from '../options/resolve-options.js';
import { isIssuerUnknown } from '../issuers/revocable-key-set.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import { retryAfterSeconds } from '../retry-after.js';
import { endActivity, type TokenActivity } from './token-activity.js';
import type { KnownPeriod, Verification } from './verify-token.js';

/** A token that was accepted, and the conditions under which it stays acceptable. */
export interface AcceptedToken<Claims> extends Verification {
  /**
   * The token that all requests share; `undefined` when the schema creates the claims for each
   * request.
   */
  readonly shared: KnownToken<Claims> | undefined;
  /** The key of the token in the cache; `undefined` when it is not cached. */
  readonly digest: string | undefined;
  /** Whether the authorization server has said since then that the token is not active. */
  readonly activity: TokenActivity;
  /** The version of the revocations in which the token was last not found; `undefined` before that. */
  notRevokedAt: number | undefined;
}

/**
 * Caches accepted tokens.
 *
 * The key is the SHA-256 of the whole token, so that no bearer token stays in memory and two tokens
 * never share an entry. What may change is checked on every hit; see {@link lapseOf}. Decisions about
 * scopes are not cached.
 */
export class TokenCache<Claims> {
  /** The most tokens that are cached. */
  readonly maxEntries: number;
  readonly #entries: LRUCache<string, AcceptedToken<Claims>>;

  constructor({ maxEntries, maxBytes }: TokenCacheBounds) {
    this.maxEntries = maxEntries;
    this.#entries = new LRUCache({ max: maxEntries, maxSize: maxBytes });
  }

  /** Number of cached tokens. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Returns a token that was accepted and still is acceptable.
   *
   * @param digest - Of the token; see `digestOf`.
   * @param nowSeconds - Seconds since the epoch.
   */
  get(digest: string, nowSeconds: number): AcceptedToken<Claims> | undefined {
    const accepted = this.#entries.get(digest);
    if (accepted === undefined) return undefined;
    // Tokens that are not active are never cached.
    const lapse = lapseOfActive(accepted, nowSeconds);
    // It stays cached, in case the issuer cannot be reached.
    if (lapse === undefined) return isKnown(accepted.known, nowSeconds) ? accepted : undefined;
    // The clock may be corrected, and keys may become available again. Any other reason is final.
    if (lapse !== 'not_yet_valid' && lapse !== 'unavailable') this.#entries.delete(digest);
    return undefined;
  }

  /**
   * Returns a token that is acceptable, although the authorization server should be asked again.
   *
   * @param limits - For how long after that, and until when: never past its `exp`.
   */
  getStale(digest: string, limits: StaleLimits): AcceptedToken<Claims> | undefined {
    const { nowSeconds, maxStaleSeconds, clockToleranceSeconds } = limits;
    const accepted = this.#entries.get(digest);
    if (accepted === undefined || lapseOf(accepted, nowSeconds) !== undefined) return undefined;
    const { known, validUntil } = accepted;
    const { from, until: knownUntil } = known ?? ALWAYS_KNOWN;
    const until = Math.min(knownUntil + maxStaleSeconds, validUntil - clockToleranceSeconds);
    return isKnown({ from, until }, nowSeconds) ? accepted : undefined;
  }

  /** Whether a token is active, as everything that was created for it shares it. */
  activityOf(digest: string): TokenActivity | undefined {
    return this.#entries.peek(digest)?.activity;
  }

  /** Evicts a token about which the authorization server has said something else since then. */
  evict(digest: string): void {
    this.#entries.delete(digest);
  }

  /** Marks a token as inactive, for everyone who has got it, and evicts it. */
  evictInactive(digest: string): void {
    const activity = this.activityOf(digest);
    if (activity === undefined) return;
    this.#entries.delete(digest);
    endActivity(activity);
  }

  /** Stores an accepted token, unless it alone exceeds the size of the cache, or is not active any more. */
  set(digest: string, accepted: AcceptedToken<Claims>): void {
    if (accepted.activity.isInactive) return;
    this.#entries.set(digest, accepted, { size: accepted.heapBytes });
  }
}

const ALWAYS_KNOWN: KnownPeriod = { from: -Infinity, until: Infinity };

/** Whether nothing has to be asked again. A clock that was set back must not prolong that. */
function isKnown(known: KnownPeriod | undefined, nowSeconds: number): boolean {
  return known === undefined || (nowSeconds < known.until && nowSeconds >= known.from);
}

/** Until when a token may be used although the authorization server cannot be reached. */
export interface StaleLimits {
  /** Seconds since the epoch. */
  readonly nowSeconds: number;
  readonly maxStaleSeconds: number;
  readonly clockToleranceSeconds: number;
}

/** A verification, whose token may have been accepted. */
export type LapsingToken = Verification &
  Partial<Pick<AcceptedToken<unknown>, 'activity' | 'digest'>>;

/** Why a verified token is no longer acceptable; `unavailable` is a failure of the resource server. */
export type TokenLapse =
  'expired' | 'not_yet_valid' | 'key' | 'issuer' | 'inactive' | 'unavailable';

/**
 * Checks what may change after a verification: the time, whether the key is still in a usable key set,
 * whether its issuer is still trusted, and whether the issuer has said that the token is not active.
 *
 * @param nowSeconds - Seconds since the epoch.
 * @returns `undefined` when the token is still acceptable.
 */
export function lapseOf(token: LapsingToken, nowSeconds: number): TokenLapse | undefined {
  return token.activity?.isInactive === true ? 'inactive' : lapseOfActive(token, nowSeconds);
}

function lapseOfActive(
  { validFrom, validUntil, key, keySet }: Verification,
  nowSeconds: number,
): TokenLapse | undefined {
  if (key?.withdrawn === true) return 'key';
  // Negated, so that `NaN` is never acceptable.
  if (!(nowSeconds < validUntil)) return 'expired';
  if (!(nowSeconds >= validFrom)) return 'not_yet_valid';
  if (keySet.isUsable()) return undefined;
  return isIssuerUnknown(keySet) ? 'issuer' : 'unavailable';
}

/**
 * Refuses a token that is no longer acceptable, for use after an `await`.
 *
 * @param clock - Milliseconds since the epoch.
 * @throws InvalidTokenError (rejects) `expired`, `not_yet_valid`, `key`, `issuer` or `inactive`.
 * @throws KeySetUnavailableError (rejects) The issuer's keys are unavailable now.
 */
export async function assertNotLapsed(
  verification: LapsingToken,
  clock: () => number,
): Promise<void> {
  let lapse = lapseOf(verification, clock() / 1000);
  if (lapse === 'unavailable') {
    await verification.keySet.whenReady();
    lapse = lapseOf(verification, clock() / 1000);
  }
  if (lapse === 'unavailable') throw new KeySetUnavailableError(retryAfterSeconds(0));
  if (lapse !== undefined) throw new InvalidTokenError(lapse);
}
