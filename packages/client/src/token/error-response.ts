/**
 * Error responses of the token endpoint. RFC 6749 §5.2.
 *
 * @module
 */
import { readRetryAfterMs } from '@scopegate/protocol/internal';
import {
  type AuthorizationServer,
  type Client,
  processClientCredentialsResponse,
  ResponseBodyError,
} from 'oauth4webapi';
import { TokenEndpointError, TokenRequestError } from '../errors.js';
import { readDescription, readErrorCode } from '../credential/server-text.js';
import { describeRequest } from '../server/bounded-fetch.js';
import type { TokenType } from './access-token.js';
import type { TokenTarget } from './token-target.js';

/** A JSON object of the token endpoint, unchecked. */
export type TokenDocument = Readonly<Record<string, unknown>>;

/** The token request that a response belongs to. */
export interface TokenRequestContext {
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly target: TokenTarget;
  /** The type that the token must have. */
  readonly tokenType: TokenType;
  /** Credentials that error messages must not repeat; values other than strings are ignored. */
  readonly secrets: readonly unknown[];
  /** The likely cause when the server refuses the credential. */
  readonly refusalHint: string | undefined;
  /** In milliseconds since the epoch. */
  readonly nowMs: number;
}

/** The statuses with which some servers refuse a credential without an error response. */
const CREDENTIAL_REFUSED: ReadonlySet<number | undefined> = new Set([401, 403]);

/** Whether the server refused the credential, which may have been rotated. */
export function isCredentialRefused(error: unknown): boolean {
  if (error instanceof TokenEndpointError) return error.error === 'invalid_client';
  return error instanceof TokenRequestError && CREDENTIAL_REFUSED.has(error.status);
}

/** Whether the server requires a nonce in the proof, or a newer one. RFC 9449 §8. */
export function isNonceRequired(error: unknown): boolean {
  return error instanceof TokenEndpointError && error.error === 'use_dpop_nonce';
}

/** Describes the token request for messages. */
export function describeExchange({ server: { token_endpoint = '' } }: TokenRequestContext): string {
  return describeRequest('POST', token_endpoint);
}

/**
 * Reads a response with a status other than 200.
 *
 * @returns A {@link TokenRequestError} `status` when it is not an error response.
 */
export async function readErrorResponse(
  response: Response,
  context: TokenRequestContext,
): Promise<TokenEndpointError | TokenRequestError> {
  const { server, client, secrets, nowMs, refusalHint } = context;
  const { status, headers } = response;
  const retryAfterMs = readRetryAfterMs(headers, nowMs);
  try {
    await processClientCredentialsResponse(server, client, response);
  } catch (error) {
    const code =
      error instanceof ResponseBodyError ? readErrorCode(error.error, secrets) : undefined;
    if (error instanceof ResponseBodyError && code !== undefined) {
      const { error_description } = error;
      return createEndpointError(code, { status, error_description, retryAfterMs }, context);
    }
  }
  const hint =
    CREDENTIAL_REFUSED.has(status) && refusalHint !== undefined ? `; ${refusalHint}` : '';
  const detail = `${describeExchange(context)} answered ${status} with neither a token response nor an error response${hint}`;
  return new TokenRequestError('status', { status, retryAfterMs, detail });
}

/**
 * Finds the error of a document that came with the status 200, as several servers send it.
 *
 * @returns `undefined` when the document has no valid `error`.
 */
export function findErrorIn(
  { error, error_description }: TokenDocument,
  context: TokenRequestContext,
): TokenEndpointError | undefined {
  const code = readErrorCode(error, context.secrets);
  if (code === undefined) return undefined;
  return createEndpointError(code, { status: 200, error_description }, context);
}

/** The members of an error response besides its code. */
interface ErrorResponse {
  readonly status: number;
  readonly error_description?: unknown;
  readonly retryAfterMs?: number | undefined;
}

function createEndpointError(
  code: string,
  { status, error_description, retryAfterMs }: ErrorResponse,
  { secrets, refusalHint }: TokenRequestContext,
): TokenEndpointError {
  const description = readDescription(error_description, secrets);
  const hint = code === 'invalid_client' ? refusalHint : undefined;
  return new TokenEndpointError(code, { status, description, retryAfterMs, hint });
}
