/**
 * Why there is no token, or no answer. No secret, token or key is ever in one of these errors.
 *
 * @module
 */

/** Stable codes of {@link TokenClientError}s. */
export type TokenClientErrorCode =
  'ERR_TOKEN_CLIENT_ENDPOINT' | 'ERR_TOKEN_CLIENT_REQUEST' | 'ERR_TOKEN_CLIENT_REDIRECT';

/** What all errors of this package have in common, apart from the `TypeError`s of wrong use. */
export abstract class TokenClientError extends Error {
  abstract readonly code: TokenClientErrorCode;
  /** What happened: a closed union, or for {@link TokenEndpointError} the error code as received. */
  abstract readonly reason: string;
}

/** What the token endpoint said, beside the error code. */
export interface TokenEndpointErrorDetails {
  /** The status of the answer, 400 to 499. */
  readonly status: number;
  /** `error_description`, for the developer of the client. */
  readonly description?: string | undefined;
  /** How long the endpoint wants to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The authorization server refused the token request, in the form of RFC 6749 §5.2.
 *
 * The texts of the server are data: the message holds the error code alone.
 *
 * @see RFC 6749 §5.2; RFC 8707 §2 (`invalid_target`)
 */
export class TokenEndpointError extends TokenClientError {
  override readonly name = 'TokenEndpointError';
  readonly code = 'ERR_TOKEN_CLIENT_ENDPOINT';
  /** The same as `error`. */
  readonly reason: string;
  /** The `error` member, such as `invalid_client`, `invalid_scope` or `invalid_target`. */
  readonly error: string;
  readonly status: number;
  /** The server's own words; absent when there are none, or when they repeat a credential. */
  readonly description: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(error: string, details: TokenEndpointErrorDetails) {
    super(`the token endpoint answered "${error}" with status ${details.status}`);
    this.error = this.reason = error;
    this.status = details.status;
    this.description = details.description;
    this.retryAfterMs = details.retryAfterMs;
  }
}

const REQUEST_MESSAGES = {
  network: 'the authorization server cannot be reached',
  timeout: 'the authorization server did not answer in time',
  redirect: 'the authorization server redirected the request, which is not followed',
  status: 'the authorization server answered with an unexpected status',
  too_large: 'the answer of the authorization server is too large',
  json: 'the answer of the authorization server is not a JSON object',
  answer: 'the token endpoint gave no usable "access_token", "token_type" and "scope"',
  token_type: 'the token endpoint gave a token of another type than "Bearer"',
  issuer: 'the metadata names another issuer',
  token_endpoint: 'the metadata names no usable token endpoint',
  credential: 'the credential of the client cannot be read',
  scope: 'the access token lacks scope that was asked for',
  closed: 'the token client is closed',
} as const;

/** Why there is no usable token. A closed union. */
export type TokenRequestReason = keyof typeof REQUEST_MESSAGES;

/** What is known beside the reason. */
export interface TokenRequestErrorDetails {
  /** The status of an unusable answer. */
  readonly status?: number | undefined;
  /** More words for the message; must hold no secret. */
  readonly detail?: string | undefined;
  /** How long the endpoint wants to be left alone. */
  readonly retryAfterMs?: number | undefined;
  /** For `scope`: the scope-tokens that were not granted. */
  readonly missingScopes?: readonly string[] | undefined;
}

/**
 * There was no answer, or none that can be used; nothing that the server meant to say.
 *
 * It has no `cause`: what a custom `fetch` or a secret manager throws may quote the request, and with
 * it a credential. The message holds the system's error code instead.
 */
export class TokenRequestError extends TokenClientError {
  override readonly name = 'TokenRequestError';
  readonly code = 'ERR_TOKEN_CLIENT_REQUEST';
  readonly reason: TokenRequestReason;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly missingScopes: readonly string[] | undefined;

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
  too_many: 'the API redirected too often',
  location: 'the API redirected to something that is no http URL',
  insecure: 'the API redirected to a URL that is not https',
  userinfo: 'the API redirected to a URL that holds credentials',
  body: 'the API redirected a request whose body cannot be sent twice',
  origin: 'the API redirected a body to an origin that neither "resource" nor "origins" names',
  forbidden: 'the API redirected, and the caller asked for an error then',
} as const;

/** Why a redirect was not followed. A closed union. */
export type ResourceRedirectReason = keyof typeof REDIRECT_MESSAGES;

/** The API redirected, and following is not possible or not safe. */
export class ResourceRedirectError extends TokenClientError {
  override readonly name = 'ResourceRedirectError';
  readonly code = 'ERR_TOKEN_CLIENT_REDIRECT';
  readonly reason: ResourceRedirectReason;

  constructor(reason: ResourceRedirectReason) {
    super(REDIRECT_MESSAGES[reason]);
    this.reason = reason;
  }
}

/**
 * The system's code of an error, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`, looked for along the
 * causes.
 *
 * @returns The code; `undefined` when there is none in the form that the system gives them.
 */
export function findSystemCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    const code = 'code' in current ? current.code : undefined;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code)) return code;
    current = current.cause;
  }
  return undefined;
}
