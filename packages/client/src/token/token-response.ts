/**
 * What the token endpoint answers, read by the rules of RFC 6749 §5.
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

/** A token that was granted. */
export interface TokenGrant {
  readonly value: string;
  /** As `expires_in` says; `undefined` when it is absent, 0 when it is garbage. */
  readonly lifetimeSeconds: number | undefined;
  readonly scopes: ReadonlySet<string>;
}

type TokenDocument = Readonly<Record<string, unknown>>;

/** What was asked, of whom, and with what. */
export interface TokenQuestion {
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly target: TokenTarget;
  /** What the server may repeat in an answer, and we must not: text, or anything else to ignore. */
  readonly secrets: readonly unknown[];
  /** In milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Reads an answer that is complete already.
 *
 * Nothing but the token, its type, lifetime and scope is looked at: a refresh token has no place in
 * this grant (RFC 6749 §4.4.3), and unknown members are ignored (§5.1).
 *
 * @throws TokenEndpointError When it is an error of RFC 6749 §5.2.
 * @throws TokenRequestError When it cannot be used.
 */
export async function readTokenAnswer(
  response: Response,
  question: TokenQuestion,
): Promise<TokenGrant> {
  if (response.status !== 200) throw await readRefusal(response, question);
  const { access_token, token_type, scope, expires_in } = await readObject(response);
  const answer = await checkAnswer({ access_token, token_type, scope }, question);
  // RFC 6749 §7.1: a token of a type that is not understood must not be used. oauth4webapi takes
  // DPoP tokens, too.
  if (answer.token_type !== 'bearer') throw new TokenRequestError('token_type');
  // RFC 6750 §2.1: nothing else can be sent as a bearer token.
  if (!isBearerToken(answer.access_token)) throw new TokenRequestError('answer');
  return {
    value: answer.access_token,
    lifetimeSeconds: readLifetime(expires_in),
    // RFC 6749 §5.1: what was asked for, when the server does not say.
    scopes: answer.scope === undefined ? question.target.scopes : readScopes(answer.scope),
  };
}

async function readObject(response: Response): Promise<TokenDocument> {
  let document: unknown;
  try {
    document = await response.json();
  } catch {
    // The parser's message quotes the answer.
  }
  if (!isPlainObject(document)) throw new TokenRequestError('json');
  return document;
}

async function checkAnswer(
  document: TokenDocument,
  { server, client }: TokenQuestion,
): Promise<TokenEndpointResponse> {
  try {
    return await processClientCredentialsResponse(server, client, Response.json(document));
  } catch (error) {
    // Neither the error nor its cause is kept: they hold the answer.
    throw new TokenRequestError(
      error instanceof UnsupportedOperationError ? 'token_type' : 'answer',
    );
  }
}

async function readRefusal(
  response: Response,
  { server, client, secrets, nowMs }: TokenQuestion,
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

/** Servers that send digits as a string are many; anything else is garbage, and not cached. */
function readLifetime(expiresIn: unknown): number | undefined {
  if (expiresIn === undefined || expiresIn === null) return undefined;
  const isDigits = typeof expiresIn === 'string' && /^\d{1,10}$/.test(expiresIn);
  const seconds = isDigits ? Number(expiresIn) : expiresIn;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

/** What is no scope-token was not granted. */
function readScopes(scope: string): ReadonlySet<string> {
  return createScopeSet(scope.split(' ').filter(isScopeToken));
}
