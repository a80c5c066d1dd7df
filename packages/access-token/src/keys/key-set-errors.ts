/**
 * Failures on our side: the keys to verify a token with are not available.
 *
 * @module
 */
import { ExchangeError, formatUrl } from '@scopegate/protocol/internal';

/** Stable codes of {@link KeySetError}s. */
export type KeySetErrorCode = 'ERR_KEY_SET_UNAVAILABLE' | 'ERR_KEY_SET_MALFORMED';

/** What is wrong with a document of the authorization server. A closed union. */
export type KeySetMalformedReason = keyof typeof MALFORMED;

/** The keys of an issuer are not available; never the caller's fault. */
export abstract class KeySetError extends Error {
  abstract readonly code: KeySetErrorCode;
  /** The document that is missing or malformed, without its query; `undefined` where unknown. */
  abstract readonly url: string | undefined;
}

/** Whose keys are unavailable, and why. */
export interface KeySetUnavailableOptions extends ErrorOptions {
  /** The issuer identifier. */
  readonly issuer?: string | undefined;
}

/**
 * No usable keys: whether the token is good cannot be known now.
 *
 * Has the shape that Express and http-errors know: status 503 with `Retry-After` and no challenge,
 * because the caller's token may well be good. The message names the issuer, the URL and the system's
 * cause, for operators: it is not to be shown to callers.
 *
 * @see RFC 9110 §15.6.4, §10.2.3
 */
export class KeySetUnavailableError extends KeySetError {
  override readonly name = 'KeySetUnavailableError';
  readonly code = 'ERR_KEY_SET_UNAVAILABLE';
  readonly reason = 'unavailable';
  readonly status = 503;
  readonly statusCode = 503;
  /** The message is not for callers. */
  readonly expose = false;
  /** When to try again, in seconds: 1 to 300. */
  readonly retryAfterSeconds: number;
  /** The issuer whose keys are unavailable. */
  readonly issuer: string | undefined;
  readonly url: string | undefined;
  /** The status that the authorization server answered with; `undefined` when it did not answer. */
  readonly upstreamStatus: number | undefined;
  /** Such as `ECONNREFUSED`; `undefined` when none is known. */
  readonly systemCode: string | undefined;

  constructor(retryAfterSeconds: number, options: KeySetUnavailableOptions = {}) {
    const { issuer, ...errorOptions } = options;
    const { cause } = errorOptions;
    const whose = issuer ?? 'the authorization server';
    // Other messages are not ours, and may quote anything.
    const isOurs = cause instanceof ExchangeError || cause instanceof KeySetMalformedError;
    const why = isOurs ? `: ${cause.message}` : '';
    super(`the keys of ${whose} are unavailable${why}`, errorOptions);
    this.retryAfterSeconds = retryAfterSeconds;
    this.issuer = issuer;
    this.url = isOurs ? cause.url : undefined;
    this.upstreamStatus = cause instanceof ExchangeError ? cause.status : undefined;
    this.systemCode = cause instanceof ExchangeError ? cause.systemCode : undefined;
  }

  /** The response headers of the refusal. */
  get headers(): { readonly 'Retry-After': string } {
    return { 'Retry-After': String(this.retryAfterSeconds) };
  }
}

const MALFORMED = {
  metadata: 'the metadata is not a JSON object',
  issuer: 'the metadata names another issuer',
  jwks_uri: 'the metadata has no usable "jwks_uri"',
  jwks: 'the JWKS has no array "keys"',
  too_many_keys: 'the JWKS has more than 256 keys',
  no_usable_key: 'the JWKS has no key that can be used',
  no_keys: 'the JWKS has no keys',
} as const;

/** A document of the authorization server is not what it must be. Seen as a `cause`. */
export class KeySetMalformedError extends KeySetError {
  override readonly name = 'KeySetMalformedError';
  readonly code = 'ERR_KEY_SET_MALFORMED';
  readonly reason: KeySetMalformedReason;
  readonly url: string | undefined;

  /** @param url - Of the document. */
  constructor(reason: KeySetMalformedReason, url?: URL) {
    const shown = url && formatUrl(url);
    const prefix = shown === undefined ? '' : `GET ${shown} answered, but `;
    super(`${prefix}${MALFORMED[reason]}`);
    this.reason = reason;
    this.url = shown;
  }
}

/** What a refresh was ended by, which may be anything, as an error. */
export function refreshErrorOf(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('the refresh failed', { cause });
}
