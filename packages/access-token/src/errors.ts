/**
 * Failures on our side: the keys to judge a token with cannot be had.
 *
 * @module
 */

/** Stable codes of {@link KeySetError}s. */
export type KeySetErrorCode = 'ERR_KEY_SET_UNAVAILABLE' | 'ERR_KEY_SET_MALFORMED';

/** What is wrong with a document of the authorization server. A closed union. */
export type KeySetMalformedReason = 'metadata' | 'issuer' | 'jwks_uri' | 'jwks';

/** The keys of an issuer cannot be had; never the caller's fault. */
export abstract class KeySetError extends Error {
  abstract readonly code: KeySetErrorCode;
}

/**
 * No usable keys: whether the token is good cannot be known now.
 *
 * Has the shape that Express and http-errors know: status 503 with `Retry-After` and no challenge,
 * for the caller's token may well be good.
 *
 * @see RFC 9110 §15.6.4, §10.2.3
 */
export class KeySetUnavailableError extends KeySetError {
  override readonly name = 'KeySetUnavailableError';
  readonly code = 'ERR_KEY_SET_UNAVAILABLE';
  readonly reason = 'unavailable';
  readonly status = 503;
  readonly statusCode = 503;
  readonly expose = true;
  /** When to try again, in seconds: 1 to 300. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, options?: ErrorOptions) {
    super('the keys of the authorization server are unavailable', options);
    this.retryAfterSeconds = retryAfterSeconds;
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
} as const satisfies Record<KeySetMalformedReason, string>;

/** A document of the authorization server is not what it must be. Seen as a `cause`. */
export class KeySetMalformedError extends KeySetError {
  override readonly name = 'KeySetMalformedError';
  readonly code = 'ERR_KEY_SET_MALFORMED';
  readonly reason: KeySetMalformedReason;

  constructor(reason: KeySetMalformedReason) {
    super(MALFORMED[reason]);
    this.reason = reason;
  }
}
