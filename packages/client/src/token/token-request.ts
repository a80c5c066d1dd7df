/**
 * Token requests of the client credentials grant, made with oauth4webapi.
 *
 * @module
 */
import { parseUrl, withDeadline } from '@scopegate/protocol/internal';
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
import { toCredentialError } from '../credential/credential-error.js';
import type { Proofs } from '../dpop/proofs.js';
import { TokenRequestError } from '../errors.js';
import {
  isCredentialRefused,
  isNonceRequired,
  type TokenRequestContext,
} from './error-response.js';
import { readTokenResponse, type TokenGrant } from './token-response.js';
import type { TokenTarget } from './token-target.js';

/** What all token requests of a client share. */
export interface TokenRequestOptions {
  readonly clientId: string;
  readonly readMetadata: () => Promise<AuthorizationServer>;
  readonly readCredential: CredentialReader;
  /** Binds tokens to a key; `undefined` requests bearer tokens. */
  readonly proofs: Proofs | undefined;
  /** How long reading the credential may take, in milliseconds; `fetch` has a separate timeout. */
  readonly timeoutMs: number;
  readonly fetch: BoundedFetch;
  readonly clock: () => number;
  /** Aborts every request with its reason. */
  readonly signal: AbortSignal;
}

/** Why a token request is repeated. */
export type TokenRequestRetry = 'invalid_client' | 'use_dpop_nonce';

/**
 * Requests a token.
 *
 * A rejected secret is read again because it may have been rotated. If it has changed, the request is
 * repeated once. A request whose proof lacks the nonce of the server is repeated once with it.
 *
 * @param onRetry - Called before the request is repeated.
 * @throws TokenEndpointError (rejects) The server refuses the request.
 * @throws TokenRequestError (rejects) There is no usable token response.
 * @see RFC 6749 §4.4.2; RFC 8707 §2.2; RFC 9449 §5, §8
 */
export async function requestToken(
  target: TokenTarget,
  options: TokenRequestOptions,
  onRetry: (reason: TokenRequestRetry) => void,
): Promise<TokenGrant> {
  // Metadata first, so that no credential is read for, or sent to, a server of another issuer.
  const server = await options.readMetadata();
  const credential = await readCredential(options);
  const request = { server, target, options, onRetry };
  try {
    return await send(request, credential);
  } catch (error) {
    if (!isCredentialRefused(error)) throw error;
    const current = await readCredential(options);
    if (current.source === credential.source) throw error;
    onRetry('invalid_client');
    return await send(request, current);
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
    throw toCredentialError(error);
  }
}

interface TokenRequest {
  readonly server: AuthorizationServer;
  readonly target: TokenTarget;
  readonly options: TokenRequestOptions;
  readonly onRetry: (reason: TokenRequestRetry) => void;
}

/** Sends a request; again, with a new proof, when the server requires its nonce in the proof. */
async function send(request: TokenRequest, credential: Credential): Promise<TokenGrant> {
  const { response, context } = await post(request, credential);
  try {
    return await readTokenResponse(response, context);
  } catch (error) {
    // Without a nonce, the server would respond in the same way.
    if (!isNonceRequired(error) || !response.headers.has('dpop-nonce')) throw error;
  }
  request.onRetry('use_dpop_nonce');
  const second = await post(request, credential);
  return await readTokenResponse(second.response, second.context);
}

interface TokenExchange {
  readonly response: Response;
  readonly context: TokenRequestContext;
}

async function post(
  { server, target, options }: TokenRequest,
  credential: Credential,
): Promise<TokenExchange> {
  const { clientId, proofs, fetch, clock } = options;
  // oauth4webapi dates assertions by Date.now; the skew corrects that to the client's clock.
  const skew = Math.round((clock() - Date.now()) / 1_000);
  const client = { client_id: clientId, [clockSkew]: skew };
  const secrets: unknown[] = [credential.sentSecret];
  const handle = await proofs?.forIssuer();
  const response = await clientCredentialsGrantRequest(
    server,
    client,
    recordSecrets(credential.authenticate, secrets),
    formParameters(target),
    {
      ...(handle === undefined ? {} : { DPoP: handle }),
      [customFetch]: fetch,
      // Safe: the URL was checked before, so http is allowed for this endpoint.
      [allowInsecureRequests]: parseUrl(server.token_endpoint)?.protocol === 'http:',
    },
  );
  const tokenType = handle === undefined ? 'Bearer' : 'DPoP';
  const refusalHint = credential.findRefusalHint(clientId);
  const nowMs = clock();
  return { response, context: { server, client, target, tokenType, secrets, refusalHint, nowMs } };
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
      throw toCredentialError(error);
    }
    secrets.push(
      headers.get('authorization')?.replace('Basic ', ''),
      body.get('client_secret'),
      body.get('client_assertion'),
    );
  };
}
