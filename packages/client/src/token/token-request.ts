/**
 * Token requests of the client credentials grant, made with oauth4webapi.
 *
 * @module
 */
import { findSystemCode, parseUrl, withDeadline } from '@scopegate/protocol/internal';
import {
  allowInsecureRequests,
  type AuthorizationServer,
  type ClientAuth,
  clientCredentialsGrantRequest,
  clockSkew,
  customFetch,
} from 'oauth4webapi';
import type { BoundedFetch } from '../server/bounded-fetch.js';
import type { Credential, CredentialReader } from '../credential/client-authentication.js';
import { TokenClientError, TokenRequestError } from '../errors.js';
import { isCredentialRefused } from './error-response.js';
import { readTokenResponse, type TokenGrant } from './token-response.js';
import type { TokenTarget } from './token-target.js';

/** What all token requests of a client share. */
export interface TokenRequestOptions {
  readonly clientId: string;
  readonly readMetadata: () => Promise<AuthorizationServer>;
  readonly readCredential: CredentialReader;
  /** How long reading the credential may take, in milliseconds; `fetch` has a separate timeout. */
  readonly timeoutMs: number;
  readonly fetch: BoundedFetch;
  readonly clock: () => number;
  /** Aborts every request with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Requests a token.
 *
 * A rejected secret is read again because it may have been rotated. If it has changed, the request is
 * repeated once.
 *
 * @param onRetry - Called before the request is repeated.
 * @throws TokenEndpointError (rejects) The server refuses the request.
 * @throws TokenRequestError (rejects) There is no usable token response.
 * @see RFC 6749 §4.4.2; RFC 8707 §2.2
 */
export async function requestToken(
  target: TokenTarget,
  options: TokenRequestOptions,
  onRetry: () => void,
): Promise<TokenGrant> {
  // Metadata first, so that no credential is read for, or sent to, a server of another issuer.
  const server = await options.readMetadata();
  const credential = await readCredential(options);
  try {
    return await send(target, { server, credential }, options);
  } catch (error) {
    if (!isCredentialRefused(error)) throw error;
    const current = await readCredential(options);
    if (current.source === credential.source) throw error;
    onRetry();
    return await send(target, { server, credential: current }, options);
  }
}

async function readCredential(options: TokenRequestOptions): Promise<Credential> {
  const { timeoutMs, signal } = options;
  const createTimeoutError = (): Error => {
    return new TokenRequestError('credential', { detail: `timed out after ${timeoutMs} ms` });
  };
  try {
    return await withDeadline({ timeoutMs, signal, createTimeoutError }, options.readCredential);
  } catch (error) {
    throw error instanceof TokenClientError ? error : unreadable(error);
  }
}

// Not kept as the cause: what a secret manager or a key parser throws may quote the secret.
function unreadable(error: unknown): TokenRequestError {
  return new TokenRequestError('credential', { detail: findSystemCode(error) });
}

interface Parties {
  readonly server: AuthorizationServer;
  readonly credential: Credential;
}

async function send(
  target: TokenTarget,
  { server, credential }: Parties,
  { clientId, fetch, clock }: TokenRequestOptions,
): Promise<TokenGrant> {
  // oauth4webapi dates assertions by Date.now; the skew corrects that to the client's clock.
  const skew = Math.round((clock() - Date.now()) / 1_000);
  const client = { client_id: clientId, [clockSkew]: skew };
  const secrets: unknown[] = [credential.sentSecret];
  const response = await clientCredentialsGrantRequest(
    server,
    client,
    recordSecrets(credential.authenticate, secrets),
    formParameters(target),
    {
      [customFetch]: fetch,
      // Safe: the URL was checked before, so http is allowed for this endpoint.
      [allowInsecureRequests]: parseUrl(server.token_endpoint)?.protocol === 'http:',
    },
  );
  const refusalHint = credential.findRefusalHint(clientId);
  const context = { server, client, target, secrets, refusalHint, nowMs: clock() };
  return await readTokenResponse(response, context);
}

function formParameters({ resource, scope, parameters }: TokenTarget): URLSearchParams {
  const form = new URLSearchParams(Object.fromEntries(parameters));
  if (resource !== undefined) form.set('resource', resource);
  if (scope !== '') form.set('scope', scope);
  return form;
}

/** Records the credentials of the request, so that a response that repeats them is recognised. */
function recordSecrets(authenticate: ClientAuth, secrets: unknown[]): ClientAuth {
  return async function authenticateAndRecord(...request) {
    const [, , body, headers] = request;
    try {
      await authenticate(...request);
    } catch (error) {
      throw unreadable(error);
    }
    secrets.push(
      headers.get('authorization')?.replace('Basic ', ''),
      body.get('client_secret'),
      body.get('client_assertion'),
    );
  };
}
