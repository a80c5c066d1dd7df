/**
 * Errors of the client. None of them contains a secret, a token or a key.
 *
 * @module
 */

/** Stable codes of {@link TokenClientError}s. A closed union. */
export type TokenClientErrorCode =
  'ERR_TOKEN_CLIENT_ENDPOINT' | 'ERR_TOKEN_CLIENT_REQUEST' | 'ERR_TOKEN_CLIENT_REDIRECT';

/**
 * Reasons of a {@link TokenEndpointError}: the registered error codes, and any other code as
 * received.
 *
 * @see RFC 6749 §5.2; RFC 8707 §2 (`invalid_target`); RFC 9449 §5, §8 (`…_dpop_…`)
 */
export type TokenEndpointReason =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | (string & Record<never, never>);

/**
 * The base class of all errors of this package, except the `TypeError`s for invalid options and
 * arguments.
 *
 * @example
 * if (error instanceof TokenClientError) log.warn({ code: error.code, reason: error.reason });
 */
export abstract class TokenClientError extends Error {
  /** Which of the error classes this is. */
  abstract readonly code: TokenClientErrorCode;
  /** What happened, within that class. */
  abstract readonly reason: TokenEndpointReason | TokenRequestReason | ResourceRedirectReason;
}

/** What a {@link TokenEndpointError} reports besides the error code. */
export interface TokenEndpointErrorDetails {
  /** The status of the error response: 400 to 499, or 200 from servers that send errors with it. */
  readonly status: number;
  /** The likely cause, appended to the message; must not contain a secret. */
  readonly hint?: string | undefined;
  /** `error_description`, written for the developer of the client. */
  readonly description?: string | undefined;
  /** How long to wait before the next request, in milliseconds, from `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The authorization server refused the token request with an error response.
 *
 * The message contains the error code and, for `invalid_client`, the likely cause. Other text of the
 * server is available as data.
 *
 * @see RFC 6749 §5.2; RFC 8707 §2 (`invalid_target`)
 * @example
 * if (error instanceof TokenEndpointError && error.error === 'invalid_client') rotateSecret();
 */
export class TokenEndpointError extends TokenClientError {
  /** The same for every instance. */
  override readonly name = 'TokenEndpointError';
  /** The same for every instance. */
  readonly code = 'ERR_TOKEN_CLIENT_ENDPOINT';
  /** The same as `error`. */
  readonly reason: TokenEndpointReason;
  /** The `error` member, such as `invalid_client`, `invalid_scope` or `invalid_target`. */
  readonly error: TokenEndpointReason;
  /** The status of the error response: 400 to 499, or 200 from servers that send errors with it. */
  readonly status: number;
  /**
   * `error_description`, up to 500 characters; `undefined` when it is absent, or repeats a part of
   * the credential.
   */
  readonly description: string | undefined;
  /** How long to wait before the next request, in milliseconds; `undefined` without `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  /** Creates the error for one error response. */
  constructor(error: TokenEndpointReason, details: TokenEndpointErrorDetails) {
    const { status, hint } = details;
    const why = hint === undefined ? '' : `; ${hint}`;
    super(`the token endpoint responded with error "${error}" and status ${status}${why}`);
    this.error = this.reason = error;
    this.status = status;
    this.description = details.description;
    this.retryAfterMs = details.retryAfterMs;
  }
}

const REQUEST_MESSAGES = {
  network: 'the authorization server cannot be reached',
  timeout: 'the authorization server did not respond in time',
  redirect: 'the authorization server sent a redirect; redirects are not followed',
  status: 'the authorization server responded with an unexpected status',
  too_large: 'the response of the authorization server is too large',
  json: 'the response of the authorization server is not a JSON object',
  answer: 'the token response is invalid',
  token_type: 'the token response has the wrong "token_type"',
  issuer: 'the metadata names a different issuer',
  token_endpoint: 'the metadata does not name a usable token endpoint',
  credential: 'the credential of the client cannot be read',
  scope: 'the access token is missing requested scopes',
  back_off: 'token requests are paused, because one of another process failed',
  closed: 'the token client is closed',
} as const;

/**
 * Why there is no usable token. A closed union.
 *
 * The message names the request, what the server answered and what was expected.
 *
 * - `network`: the request failed; the message ends with the system's error code, if there is one.
 * - `timeout`: the response was not complete within `timeoutMs`.
 * - `redirect`, `status`, `too_large`, `json`: the response is neither a token response nor a
 *   metadata document; for example, a proxy sent an error page.
 * - `answer`: `access_token`, `token_type` or `scope` is missing or malformed.
 * - `token_type`: the token does not have the requested type: `DPoP` when `dpop` is set, otherwise
 *   `Bearer`.
 * - `issuer`: the metadata belongs to a different issuer.
 * - `token_endpoint`: the metadata does not name a token endpoint that is safe to use.
 * - `credential`: the secret or the key cannot be read, or cannot sign.
 * - `scope`: `requireGranted` is set, and not all requested scopes were granted.
 * - `back_off`: with the option `tokenStore`: a token request of another process failed, and the next one
 *   is not due. `retryAfterMs` is the time until then.
 * - `closed`: {@link TokenClient.close} was called.
 */
export type TokenRequestReason = keyof typeof REQUEST_MESSAGES;

/** What a {@link TokenRequestError} reports besides the reason. */
export interface TokenRequestErrorDetails {
  /** The status of an unusable response. */
  readonly status?: number | undefined;
  /** The end of the message; must not contain a secret. */
  readonly detail?: string | undefined;
  /** How long to wait before the next request, in milliseconds, from `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  /** For `scope`: the scopes that were not granted. */
  readonly missingScopes?: readonly string[] | undefined;
}

/**
 * There is no usable response from the authorization server, not even an error response.
 *
 * It has no `cause`, because what a custom `fetch` or a secret manager throws may quote the request
 * and, with it, a credential. The message contains the system's error code instead.
 *
 * @example
 * if (error instanceof TokenRequestError && error.reason === 'scope') log.warn(error.missingScopes);
 */
export class TokenRequestError extends TokenClientError {
  /** The same for every instance. */
  override readonly name = 'TokenRequestError';
  /** The same for every instance. */
  readonly code = 'ERR_TOKEN_CLIENT_REQUEST';
  /** What went wrong. */
  readonly reason: TokenRequestReason;
  /** The status of the response; `undefined` without a response, or when it is not the fault. */
  readonly status: number | undefined;
  /** How long to wait before the next request, in milliseconds; `undefined` without `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  /** The scopes that were not granted; `undefined` for any reason but `scope`. */
  readonly missingScopes: readonly string[] | undefined;

  /** Creates the error for one failed request. */
  constructor(reason: TokenRequestReason, details: TokenRequestErrorDetails = {}) {
    const detail = details.detail ?? details.status;
    super(`${REQUEST_MESSAGES[reason]}${detail === undefined ? '' : `: ${detail}`}`);
    this.reason = reason;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.missingScopes = details.missingScopes;
  }
}

const REDIRECT_MESSAGES = {
  too_many: 'the API redirected more than 20 times',
  location: 'the API redirected to a location that is not an http or https URL',
  insecure: 'the API redirected to a URL that does not use https',
  userinfo: 'the API redirected to a URL that contains credentials',
  body: 'the API redirected a request whose body cannot be sent again',
  origin:
    'the API redirected a request body to an origin that "resource" and "origins" do not cover',
  forbidden: 'the API redirected a request that was made with redirect: "error"',
} as const;

/**
 * Why a redirect was not followed. A closed union.
 *
 * - `too_many`: more than 20 redirects, the limit of `fetch`.
 * - `location`: the `Location` is not an http or https URL.
 * - `insecure`: it leads to http, except on this machine.
 * - `userinfo`: it contains a user name or a password.
 * - `body`: the request has a stream as its body, which cannot be sent again.
 * - `origin`: the request has a body, and neither `resource` nor `origins` covers the new origin.
 * - `forbidden`: the request was made with `redirect: 'error'`.
 */
export type ResourceRedirectReason = keyof typeof REDIRECT_MESSAGES;

/**
 * The API sent a redirect that cannot be followed, or is not safe to follow.
 *
 * @example
 * if (error instanceof ResourceRedirectError && error.reason === 'origin') checkOrigins();
 */
export class ResourceRedirectError extends TokenClientError {
  /** The same for every instance. */
  override readonly name = 'ResourceRedirectError';
  /** The same for every instance. */
  readonly code = 'ERR_TOKEN_CLIENT_REDIRECT';
  /** Why the redirect was not followed. */
  readonly reason: ResourceRedirectReason;

  /** Creates the error for one redirect. */
  constructor(reason: ResourceRedirectReason) {
    super(REDIRECT_MESSAGES[reason]);
    this.reason = reason;
  }
}
