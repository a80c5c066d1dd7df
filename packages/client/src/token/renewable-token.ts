/**
 * A token that is renewed before it expires.
 *
 * @module
 */
import type { AsyncResource } from 'node:async_hooks';
import { backoffMs, type Jitter, renewalPointMs } from '@scopegate/protocol/internal';
import { AccessToken } from './access-token.js';
import { TokenClientError, TokenEndpointError, TokenRequestError } from '../errors.js';
import { publishTokenEvent, type TokenSubject } from '../events.js';
import type { SharedGrant } from './shared-request.js';
import type { TokenGrant } from './token-response.js';

/** What a renewable token needs from its client. */
export interface RenewableTokenOptions {
  readonly subject: TokenSubject;
  readonly scopes: ReadonlySet<string>;
  /**
   * Sends a token request, or adopts the token of another process: any but `unwanted`, which this process has
   * or an API refused.
   */
  readonly request: (unwanted: string | undefined) => Promise<TokenGrant | SharedGrant>;
  /** How long a token without `expires_in` is used. */
  readonly unknownLifetimeSeconds: number;
  readonly clock: () => number;
  /** @defaultValue `Math.random` */
  readonly jitter?: Jitter | undefined;
  /**
   * The async context of requests and events. Callers share them, so a `fetch` that reads
   * `AsyncLocalStorage` must not send data of one caller on behalf of another.
   */
  readonly context: AsyncResource;
}

interface HeldToken {
  readonly token: AccessToken;
  readonly renewAt: number;
  readonly usableUntil: number;
  /** When a refusal by an API does not replace it. */
  readonly kept: { readonly from: number; readonly until: number };
}

interface Failure {
  readonly error: unknown;
  /** Consecutive failures, including this one. */
  readonly count: number;
  readonly retryAt: number;
}

/**
 * The longest delay between attempts while a valid token is available: no caller waits for the next
 * one.
 */
const LONGEST_DELAY_HELD_MS = 30_000;
/**
 * The longest delay between attempts without a valid token: every call fails until the next one.
 */
const LONGEST_DELAY_MS = 5_000;
/** The longest `Retry-After` that is honored. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Holds a token and renews it, with one request at a time for all callers.
 *
 * After 80 to 90 % of the lifetime, the next use starts a renewal in the background. The old token
 * is used until it expires, so a failed renewal does not fail a call. After a failure the next
 * attempt is delayed; without a valid token, calls are rejected with the last error until then.
 */
export class RenewableToken {
  readonly #options: RenewableTokenOptions;
  #held: HeldToken | undefined;
  #flight: Promise<AccessToken> | undefined;
  #failure: Failure | undefined;
  /** Consecutive tokens that the API refused. */
  #refusals = 0;
  #replaceableAt = 0;

  constructor(options: RenewableTokenOptions) {
    this.#options = options;
  }

  /**
   * Gets the current token, or requests one.
   *
   * @throws TokenEndpointError, TokenRequestError (rejects) There is no valid token, and the request
   *   for one failed, now or recently.
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
    return await this.#renew(this.#held?.token);
  }

  /**
   * Replaces a token that the API refused.
   *
   * If the API refuses every token, the delays between token requests grow until {@link accept} is
   * called, because fresh tokens are not expected to help.
   *
   * @returns A different token; `undefined` when none is available now. The refused token stays in
   *   use then, because the API may accept it again.
   */
  async replace(refused: AccessToken): Promise<AccessToken | undefined> {
    const now = this.#options.clock();
    const held = this.#validToken(now);
    if (held !== undefined && held.token.value !== refused.value) return held.token;
    if (this.#flight === undefined) {
      if (this.#isBackingOff(now) || now < this.#replaceableAt) return undefined;
      if (held !== undefined && isKept(held, now)) return undefined;
      this.#refusals += 1;
      this.#replaceableAt = now + this.#backoffMs(this.#refusals, LONGEST_DELAY_HELD_MS);
    }
    const fresh = await this.#renew(refused);
    return fresh.value === refused.value ? undefined : fresh;
  }

  /** Ends the delays of {@link replace}, because the API accepted a token. */
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
    // An event reports the failure, and so does `get` once the current token has expired.
    this.#renew(this.#held?.token).catch(() => undefined);
  }

  #renew(unwanted: AccessToken | undefined): Promise<AccessToken> {
    this.#flight ??= this.#options.context.runInAsyncScope(() =>
      this.#request(unwanted).finally(() => {
        this.#flight = undefined;
      }),
    );
    return this.#flight;
  }

  async #request(unwanted: AccessToken | undefined): Promise<AccessToken> {
    const startedAt = this.#options.clock();
    try {
      const grant = await this.#options.request(unwanted?.value);
      return this.#store(grant, startedAt);
    } catch (error) {
      if (!isClosed(error)) this.#fail(error, startedAt);
      throw error;
    }
  }

  #store(grant: TokenGrant | SharedGrant, requestedAt: number): AccessToken {
    const { clock, jitter, subject, scopes, unknownLifetimeSeconds } = this.#options;
    const { lifetimeSeconds = unknownLifetimeSeconds } = grant;
    const isRenewal = this.#held !== undefined;
    // Counted from the start of the request, because the lifetime began at some point before the
    // response. A shared request may wait for other processes first.
    const { startedAt, shared, keepUntil } =
      'shared' in grant ? grant : { startedAt: requestedAt, shared: undefined, keepUntil: 0 };
    const usableUntil = startedAt + lifetimeSeconds * 1_000;
    const expiresAt = grant.lifetimeSeconds ? Math.floor(usableUntil / 1_000) : undefined;
    const { value, type, scopes: granted } = grant;
    const token = new AccessToken(value, { type, expiresAt, scopes: granted });
    const renewAt = startedAt + renewalPointMs(lifetimeSeconds * 1_000, jitter);
    this.#held = { token, renewAt, usableUntil, kept: { from: startedAt, until: keepUntil } };
    this.#failure = undefined;
    publishTokenEvent(() => ({
      ...subject,
      event: isRenewal ? 'renewed' : 'requested',
      durationMs: clock() - requestedAt,
      expiresAt,
      missingScopes: listMissingScopes(scopes, token),
      shared,
    }));
    return token;
  }

  #backoffMs(failures: number, longestMs: number): number {
    return backoffMs({ failures, longestMs, jitter: this.#options.jitter });
  }

  #fail(error: unknown, startedAt: number): void {
    const now = this.#options.clock();
    const held = this.#validToken(now);
    const count = (this.#failure?.count ?? 0) + 1;
    const delay = Math.max(
      this.#backoffMs(count, held === undefined ? LONGEST_DELAY_MS : LONGEST_DELAY_HELD_MS),
      Math.min(readDetail(error, 'retryAfterMs') ?? 0, LONGEST_RETRY_AFTER_MS),
    );
    // Once the current token has expired, the next call makes an attempt, regardless of the delay.
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

/** Lists the requested scopes that a token was not granted. */
export function listMissingScopes(
  requested: ReadonlySet<string>,
  { scopes }: AccessToken,
): readonly string[] {
  return [...requested].filter((scope) => !scopes.has(scope));
}

/** A clock that was set back must not prolong that. */
function isKept({ kept }: HeldToken, now: number): boolean {
  return now >= kept.from && now < kept.until;
}

function isClosed(error: unknown): boolean {
  return error instanceof TokenRequestError && error.reason === 'closed';
}

function readDetail(error: unknown, name: 'retryAfterMs' | 'status'): number | undefined {
  const isDetailed = error instanceof TokenEndpointError || error instanceof TokenRequestError;
  return isDetailed ? error[name] : undefined;
}
