/**
 * Token responses and error responses. RFC 6749 §5.
 *
 * @module
 */
import { createScopeSet, isBearerToken, isScopeToken } from '@scopegate/protocol';
import { isPlainObject, readRetryAfterMs } from '@scopegate/protocol/internal';
import {
  type AuthorizationServer,
  type Client,
  processClientCredentialsResponse,
  ResponseBodyError,
  type TokenEndpointResponse,
  UnsupportedOperationError,
} from 'oauth4webapi';
import { TokenEndpointError, TokenRequestError } from '../errors.js';
import { readDescription, readErrorCode } from '../credential/server-text.js';
import type { TokenTarget } from './token-target.js';

/** A granted token. */
export interface TokenGrant {
  readonly value: string;
  /** `expires_in`; `undefined` when it is absent, 0 when it is malformed. */
  readonly lifetimeSeconds: number | undefined;
  readonly scopes: ReadonlySet<string>;
}

type TokenDocument = Readonly<Record<string, unknown>>;

/** The token request that a response belongs to. */
export interface TokenRequestContext {
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly target: TokenTarget;
  /** Credentials that error messages must not repeat; values other than strings are ignored. */
  readonly secrets: readonly unknown[];
  /** In milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Reads a complete response of the token endpoint.
 *
 * Only the token, its type, lifetime and scope are read: a refresh token should not be included in
 * this grant (RFC 6749 §4.4.3), and unknown members are ignored (§5.1).
 *
 * @throws TokenEndpointError (rejects) It is an error response of RFC 6749 §5.2.
 * @throws TokenRequestError (rejects) It is not a usable token response.
 */
export async function readTokenResponse(
  response: Response,
  context: TokenRequestContext,
): Promise<TokenGrant> {
  if (response.status !== 200) throw await readErrorResponse(response, context);
  const { access_token, token_type, scope, expires_in } = await readObject(response);
  const checked = await checkTokenResponse({ access_token, token_type, scope }, context);
  // RFC 6749 §7.1: a token of an unknown type must not be used. oauth4webapi accepts DPoP tokens.
  if (checked.token_type !== 'bearer') throw new TokenRequestError('token_type');
  // RFC 6750 §2.1: other characters cannot be sent in a bearer token.
  if (!isBearerToken(checked.access_token)) throw new TokenRequestError('answer');
  return {
    value: checked.access_token,
    lifetimeSeconds: readLifetime(expires_in),
    // RFC 6749 §5.1: without `scope` in the response, all requested scopes were granted.
    scopes: checked.scope === undefined ? context.target.scopes : readScopes(checked.scope),
  };
}

async function readObject(response: Response): Promise<TokenDocument> {
  let document: unknown;
  try {
    document = await response.json();
  } catch {
    // The error is dropped: the parser's message quotes the response.
  }
  if (!isPlainObject(document)) throw new TokenRequestError('json');
  return document;
}

async function checkTokenResponse(
  document: TokenDocument,
  { server, client }: TokenRequestContext,
): Promise<TokenEndpointResponse> {
  try {
    return await processClientCredentialsResponse(server, client, Response.json(document));
  } catch (error) {
    // Neither the error nor its cause is kept: they contain the response.
    throw new TokenRequestError(
      error instanceof UnsupportedOperationError ? 'token_type' : 'answer',
    );
  }
}

async function readErrorResponse(
  response: Response,
  { server, client, secrets, nowMs }: TokenRequestContext,
): Promise<TokenEndpointError | TokenRequestError> {
  const { status, headers } = response;
  const retryAfterMs = readRetryAfterMs(headers, nowMs);
  try {
    await processClientCredentialsResponse(server, client, response);
  } catch (error) {
    const code =
      error instanceof ResponseBodyError ? readErrorCode(error.error, secrets) : undefined;
    if (error instanceof ResponseBodyError && code !== undefined) {
      const description = readDescription(error.error_description, secrets);
      return new TokenEndpointError(code, { status, description, retryAfterMs });
    }
  }
  return new TokenRequestError('status', { status, retryAfterMs });
}

/**
 * Many servers send digits as a string. A malformed lifetime becomes 0, so that the token is not
 * cached.
 */
function readLifetime(expiresIn: unknown): number | undefined {
  if (expiresIn === undefined || expiresIn === null) return undefined;
  const isDigits = typeof expiresIn === 'string' && /^\d{1,10}$/.test(expiresIn);
  const seconds = isDigits ? Number(expiresIn) : expiresIn;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

/** Parts that are not scope-tokens are dropped, so they do not count as granted. */
function readScopes(scope: string): ReadonlySet<string> {
  return createScopeSet(scope.split(' ').filter(isScopeToken));
}
