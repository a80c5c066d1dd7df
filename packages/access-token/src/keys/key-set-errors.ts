/**
 * Failures of the resource server: the keys to verify a token with are unavailable.
 *
 * @module
 */
import { ExchangeError, formatUrl } from '@scopegate/protocol/internal';
import { DiscoveryError, type DocumentError } from './discovery-error.js';

/** The `code` of a {@link KeySetError}: stable across releases. */
export type KeySetErrorCode =
  'ERR_KEY_SET_UNAVAILABLE' | 'ERR_KEY_SET_MALFORMED' | 'ERR_ISSUER_RESOLUTION';

/** What is wrong with a document of the authorization server. A closed union. */
export type KeySetMalformedReason = keyof typeof MALFORMED;

/** The keys of an issuer are unavailable, which is never the caller's fault. */
export abstract class KeySetError extends Error {
  /** Identifies the class of the error; stable across releases. */
  abstract readonly code: KeySetErrorCode;
  /** The URL of the missing or malformed document, without its query; `undefined` if unknown. */
  abstract readonly url: string | undefined;
}

/** The response headers of a {@link KeySetUnavailableError}. */
export interface RetryHeaders {
  /** {@link KeySetUnavailableError.retryAfterSeconds} as a string. RFC 9110 §10.2.3. */
  readonly 'Retry-After': string;
}

/** Options of a {@link KeySetUnavailableError}. */
export interface KeySetUnavailableOptions extends ErrorOptions {
  /**
   * The issuer identifier.
   *
   * @defaultValue `undefined`
   */
  readonly issuer?: string | undefined;
}

/**
 * There are no usable keys, so the token cannot be verified now.
 *
 * Has the members that Express and http-errors use: status 503 with `Retry-After`, and no challenge,
 * because the caller's token may be valid. The message names the issuer, the URL and the system's
 * cause for operators; do not show it to callers.
 *
 * @see RFC 9110 §15.6.4, §10.2.3
 */
export class KeySetUnavailableError extends KeySetError {
  /** The name of the class. */
  override readonly name = 'KeySetUnavailableError';
  /** Identifies this class. */
  readonly code = 'ERR_KEY_SET_UNAVAILABLE';
  /** The only reason. */
  readonly reason = 'unavailable';
  /** Service Unavailable. */
  readonly status = 503;
  /** The same as `status`, as Express and http-errors name it. */
  readonly statusCode = 503;
  /** Always `false`: the message is not for callers. */
  readonly expose = false;
  /** Time after which the caller may try again, in seconds: 1 to 300. */
  readonly retryAfterSeconds: number;
  /** The issuer whose keys are unavailable. */
  readonly issuer: string | undefined;
  /** The URL of the missing or malformed document, without its query; `undefined` if unknown. */
  readonly url: string | undefined;
  /** The status of the authorization server's response; `undefined` when there was none. */
  readonly upstreamStatus: number | undefined;
  /** The system's error code, such as `ECONNREFUSED`; `undefined` if unknown. */
  readonly systemCode: string | undefined;

  constructor(retryAfterSeconds: number, options: KeySetUnavailableOptions = {}) {
    const { issuer, ...errorOptions } = options;
    const { cause } = errorOptions;
    const whose = issuer ?? 'the authorization server';
    const known = isDocumentError(cause) ? cause : undefined;
    // Messages of other errors may contain anything.
    const why = known ?? (cause instanceof KeySetError ? cause : undefined);
    super(`the keys of ${whose} are unavailable${why ? `: ${why.message}` : ''}`, errorOptions);
    this.retryAfterSeconds = retryAfterSeconds;
    this.issuer = issuer;
    this.url = known?.url;
    this.upstreamStatus = known?.status;
    this.systemCode = known?.systemCode;
  }

  /** The response headers of the refusal. */
  get headers(): RetryHeaders {
    return { 'Retry-After': String(this.retryAfterSeconds) };
  }
}

const MALFORMED = {
  metadata: 'the metadata is not a JSON object',
  issuer: 'the "issuer" of the metadata is not exactly the configured issuer',
  jwks_uri: 'the "jwks_uri" of the metadata is not an https URL that may be requested',
  introspection_endpoint:
    'the metadata has no "introspection_endpoint" that is an https URL and may be requested',
  jwks: 'the JWKS has no "keys" array',
  too_many_keys: 'the JWKS has more than 256 keys',
  no_usable_key: 'the JWKS has no usable key',
  no_keys: 'the JWKS has no keys',
} as const;

/** A document of the authorization server is malformed: the `cause` of other errors. */
export class KeySetMalformedError extends KeySetError {
  /** The name of the class. */
  override readonly name = 'KeySetMalformedError';
  /** Identifies this class. */
  readonly code = 'ERR_KEY_SET_MALFORMED';
  /** What is wrong with the document. */
  readonly reason: KeySetMalformedReason;
  /** The URL of the document, without its query; `undefined` if unknown. */
  readonly url: string | undefined;

  /** @param url - The URL of the document. */
  constructor(reason: KeySetMalformedReason, url?: URL) {
    const shown = url && formatUrl(url);
    const prefix = shown === undefined ? '' : `GET ${shown} answered 200, but `;
    super(`${prefix}${MALFORMED[reason]}`);
    this.reason = reason;
    this.url = shown;
  }
}

/** Whether an error is about a document of an issuer. The message of any other may contain anything. */
export function isDocumentError(error: unknown): error is DocumentError {
  return (
    error instanceof ExchangeError ||
    error instanceof KeySetMalformedError ||
    error instanceof DiscoveryError
  );
}

/** Turns what a refresh threw, which may be anything, into an error. */
export function refreshErrorOf(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('the refresh failed', { cause });
}
