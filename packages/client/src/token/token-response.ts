/**
 * Token responses. RFC 6749 §5.1.
 *
 * @module
 */
import { createScopeSet, isBearerToken, isScopeToken } from '@scopegate/protocol';
import { isPlainObject } from '@scopegate/protocol/internal';
import {
  processClientCredentialsResponse,
  type TokenEndpointResponse,
  UnsupportedOperationError,
} from 'oauth4webapi';
import { TokenRequestError } from '../errors.js';
import type { TokenType } from './access-token.js';
import {
  describeExchange,
  findErrorIn,
  readErrorResponse,
  type TokenDocument,
  type TokenRequestContext,
} from './error-response.js';

/** A granted token. */
export interface TokenGrant {
  readonly value: string;
  readonly type: TokenType;
  /** `expires_in`; `undefined` when it is absent, 0 when it is malformed. */
  readonly lifetimeSeconds: number | undefined;
  readonly scopes: ReadonlySet<string>;
}

/**
 * Reads a complete response of the token endpoint.
 *
 * Only the token, its type, lifetime and scope are read: a refresh token should not be included in
 * this grant (RFC 6749 §4.4.3), and unknown members are ignored (§5.1).
 *
 * An error with the status 200 counts as an error response, because several servers send them that way.
 *
 * @throws TokenEndpointError (rejects) It is an error response of RFC 6749 §5.2.
 * @throws TokenRequestError (rejects) It is not a usable token response.
 */
export async function readTokenResponse(
  response: Response,
  context: TokenRequestContext,
): Promise<TokenGrant> {
  if (response.status !== 200) throw await readErrorResponse(response, context);
  const document = await readObject(response, context);
  const { access_token, token_type, scope, expires_in } = document;
  const error = typeof access_token === 'string' ? undefined : findErrorIn(document, context);
  if (error !== undefined) throw error;
  const checked = await checkTokenResponse({ access_token, token_type, scope }, context);
  // RFC 6749 §7.1: a token of an unknown type must not be used. RFC 9449 §5: nor a bearer token in
  // response to a proof. oauth4webapi accepts both types for every request.
  if (checked.token_type !== context.tokenType.toLowerCase()) throw createTokenTypeError(context);
  return {
    value: checked.access_token,
    type: context.tokenType,
    lifetimeSeconds: readLifetime(expires_in),
    // RFC 6749 §5.1: without `scope` in the response, all requested scopes were granted.
    scopes: checked.scope === undefined ? context.target.scopes : readScopes(checked.scope),
  };
}

async function readObject(
  response: Response,
  context: TokenRequestContext,
): Promise<TokenDocument> {
  let document: unknown;
  try {
    document = await response.json();
  } catch {
    // The error is dropped: the parser's message quotes the response.
  }
  if (isPlainObject(document)) return document;
  const detail = `${describeExchange(context)} answered 200 without a JSON object`;
  throw new TokenRequestError('json', { detail });
}

async function checkTokenResponse(
  document: TokenDocument,
  context: TokenRequestContext,
): Promise<TokenEndpointResponse> {
  const { server, client, tokenType } = context;
  const fault = findFault(document, tokenType);
  if (fault !== undefined) {
    const detail = `${describeExchange(context)} answered with ${fault}`;
    throw new TokenRequestError('answer', { detail });
  }
  try {
    return await processClientCredentialsResponse(server, client, Response.json(document));
  } catch (error) {
    // Neither the error nor its cause is kept: they contain the response.
    if (error instanceof UnsupportedOperationError) throw createTokenTypeError(context);
    const detail = `${describeExchange(context)} answered without a usable token`;
    throw new TokenRequestError('answer', { detail });
  }
}

/** Finds the member of a token response that is missing or malformed. RFC 6749 §5.1. */
function findFault(
  { access_token, token_type, scope }: TokenDocument,
  tokenType: TokenType,
): string | undefined {
  // RFC 6750 §2.1, RFC 9449 §7.1: other characters cannot be sent in an Authorization header.
  if (typeof access_token !== 'string' || !isBearerToken(access_token)) {
    return `${givenMember('access_token', access_token)}; it must be a string of the characters of RFC 6750 §2.1`;
  }
  if (typeof token_type !== 'string' || token_type === '') {
    return `${givenMember('token_type', token_type)}; it must be the string "${tokenType}"`;
  }
  if (scope !== undefined && typeof scope !== 'string') {
    return `${givenMember('scope', scope)}; it must be a string`;
  }
  return undefined;
}

/** Describes a wrong member without its value, which may be a token. */
function givenMember(name: string, value: unknown): string {
  return value === undefined ? `no "${name}"` : `an invalid "${name}"`;
}

const TOKEN_TYPE_RULES: Readonly<Record<TokenType, string>> = {
  Bearer: 'it must be "Bearer" unless "dpop" is set',
  DPoP: 'it must be "DPoP" because "dpop" is set; enable DPoP at the server, or omit "dpop"',
};

function createTokenTypeError(context: TokenRequestContext): TokenRequestError {
  const rule = TOKEN_TYPE_RULES[context.tokenType];
  const detail = `${describeExchange(context)} answered with a token of another type; ${rule}`;
  return new TokenRequestError('token_type', { detail });
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
