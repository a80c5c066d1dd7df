/**
 * One token that is renewed ahead of its expiry.
 *
 * @module
 */
import type { AsyncResource } from 'node:async_hooks';
import { AccessToken } from './access-token.js';
import { TokenClientError, TokenEndpointError, TokenRequestError } from '../errors.js';
import { publishTokenEvent, type TokenSubject } from '../events.js';
import type { TokenGrant } from './token-response.js';

/** Where tokens come from, and whose they are. */
export interface RenewableTokenOptions {
  readonly subject: TokenSubject;
  readonly scopes: ReadonlySet<string>;
  /** Asks the token endpoint. */
  readonly request: () => Promise<TokenGrant>;
  /** For answers without `expires_in`. */
  readonly unknownLifetimeSeconds: number;
  readonly clock: () => number;
  /**
   * Where requests and their events run: callers share them, so a `fetch` that reads
   * `AsyncLocalStorage` must not send one caller's data for another.
   */
  readonly context: AsyncResource;
}

interface HeldToken {
  readonly token: AccessToken;
  readonly renewAt: number;
  readonly usableUntil: number;
}

interface Failure {
  readonly error: unknown;
  /** In a row, this one included. */
  readonly count: number;
  readonly retryAt: number;
}

/** Of the lifetime: a token is renewed from here on, or up to a tenth of it earlier. */
const RENEWAL_POINT = 0.8;
const FIRST_DELAY_MS = 1_000;
/** While a valid token is held nobody waits for the next attempt. */
const LONGEST_DELAY_HELD_MS = 30_000;
/** While none is held every call fails until the next attempt. */
const LONGEST_DELAY_MS = 5_000;
/** A server that says `Retry-After` is left alone for so long at most. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Holds a token and renews it: one request at a time, whoever and however many wait for it.
 *
 * From 80 % of the lifetime (with jitter) on, the next use starts a renewal in the background. Until
 * it expires the old token serves; so a failed renewal fails no call. After a failure there is no
 * further attempt for a while, and without a valid token the last error is thrown instead.
 */
export class RenewableToken {
  readonly #options: RenewableTokenOptions;
  #held: HeldToken | undefined;
  #flight: Promise<AccessToken> | undefined;
  #failure: Failure | undefined;
  /** Tokens in a row that the API refused, with none accepted in between. */
  #refusals = 0;
  #replaceableAt = 0;

  constructor(options: RenewableTokenOptions) {
    this.#options = options;
  }

  /**
   * The token to use now.
   *
   * @throws TokenEndpointError, TokenRequestError When none is held and none can be had.
   */
  async get(): Promise<AccessToken> {
    const now = this.#options.clock();
    const held = this.#validToken(now);
    if (held !== undefined) {
      if (now >= held.renewAt && !this.#isBackingOff(now)) this.#renewInBackground();
      return held.token;
    }
    if (this.#flight === undefined && this.#failure !== undefined && this.#isBackingOff(now)) {
      throw this.#failure.error;
    }
    return await this.#renew();
  }

  /**
   * Gets a token in place of one that the API refused.
   *
   * An API that refuses every token costs the token endpoint one request at first, then one after
   * growing delays: until {@link accept} is called, fresh tokens are not expected to help.
   *
   * @returns Another token; `undefined` when none is to be had now. The refused one is still used
   *   then: the API may have been wrong.
   */
  async replace(refused: AccessToken): Promise<AccessToken | undefined> {
    const now = this.#options.clock();
    const held = this.#validToken(now)?.token;
    if (held !== undefined && held.value !== refused.value) return held;
    if (this.#flight === undefined) {
      if (this.#isBackingOff(now) || now < this.#replaceableAt) return undefined;
      this.#refusals += 1;
      this.#replaceableAt = now + backoffMs(this.#refusals, LONGEST_DELAY_HELD_MS);
    }
    const fresh = await this.#renew();
    return fresh.value === refused.value ? undefined : fresh;
  }

  /** Notes that the API took a token. */
  accept(): void {
    this.#refusals = 0;
    this.#replaceableAt = 0;
  }

  #validToken(now: number): HeldToken | undefined {
    return this.#held !== undefined && now < this.#held.usableUntil ? this.#held : undefined;
  }

  #isBackingOff(now: number): boolean {
    return this.#failure !== undefined && now < this.#failure.retryAt;
  }

  #renewInBackground(): void {
    // Whether it fails is told by an event, and by `get` once the held token has expired.
    this.#renew().catch(() => undefined);
  }

  #renew(): Promise<AccessToken> {
    this.#flight ??= this.#options.context.runInAsyncScope(() =>
      this.#request().finally(() => {
        this.#flight = undefined;
      }),
    );
    return this.#flight;
  }

  async #request(): Promise<AccessToken> {
    const startedAt = this.#options.clock();
    try {
      const grant = await this.#options.request();
      return this.#take(grant, startedAt);
    } catch (error) {
      if (!isClosed(error)) this.#fail(error, startedAt);
      throw error;
    }
  }

  #take(grant: TokenGrant, startedAt: number): AccessToken {
    const { clock, subject, scopes, unknownLifetimeSeconds } = this.#options;
    const { lifetimeSeconds = unknownLifetimeSeconds } = grant;
    const isRenewal = this.#held !== undefined;
    // Counted from the request, not from the answer: the server's clock started somewhere between.
    const usableUntil = startedAt + lifetimeSeconds * 1_000;
    const expiresAt = grant.lifetimeSeconds ? Math.floor(usableUntil / 1_000) : undefined;
    const token = new AccessToken(grant.value, expiresAt, grant.scopes);
    const share = RENEWAL_POINT * (1 - Math.random() / 10);
    this.#held = { token, renewAt: startedAt + lifetimeSeconds * 1_000 * share, usableUntil };
    this.#failure = undefined;
    publishTokenEvent(() => ({
      ...subject,
      event: isRenewal ? 'renewed' : 'requested',
      durationMs: clock() - startedAt,
      expiresAt,
      missingScopes: findMissingScopes(scopes, token),
    }));
    return token;
  }

  #fail(error: unknown, startedAt: number): void {
    const now = this.#options.clock();
    const held = this.#validToken(now);
    const count = (this.#failure?.count ?? 0) + 1;
    const delay = Math.max(
      backoffMs(count, held === undefined ? LONGEST_DELAY_MS : LONGEST_DELAY_HELD_MS),
      Math.min(readDetail(error, 'retryAfterMs') ?? 0, LONGEST_RETRY_AFTER_MS),
    );
    // When the held token expires, one attempt is due whatever happened before.
    const retryAt = Math.min(now + delay, held?.usableUntil ?? Infinity);
    this.#failure = { error, count, retryAt };
    publishTokenEvent(() => ({
      ...this.#options.subject,
      event: 'failed',
      durationMs: now - startedAt,
      code: error instanceof TokenClientError ? error.code : undefined,
      reason: error instanceof TokenClientError ? error.reason : 'unexpected',
      status: readDetail(error, 'status'),
      held: held !== undefined,
      retryInMs: retryAt - now,
    }));
  }
}

/** What was asked for and is not among what the token was granted. */
export function findMissingScopes(
  asked: ReadonlySet<string>,
  { scopes }: AccessToken,
): readonly string[] {
  return [...asked].filter((scope) => !scopes.has(scope));
}

/** Doubles from 1 s up to the limit; with jitter, so that clients do not come back together. */
function backoffMs(count: number, longestMs: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (count - 1), longestMs) * (0.5 + Math.random() / 2);
}

function isClosed(error: unknown): boolean {
  return error instanceof TokenRequestError && error.reason === 'closed';
}

function readDetail(error: unknown, name: 'retryAfterMs' | 'status'): number | undefined {
  const isDetailed = error instanceof TokenEndpointError || error instanceof TokenRequestError;
  return isDetailed ? error[name] : undefined;
}
