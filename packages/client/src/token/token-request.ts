/**
 * One token request by the client credentials grant, by oauth4webapi.
 *
 * @module
 */
import { withDeadline } from '@scopegate/protocol/internal';
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
import {
  findSystemCode,
  TokenClientError,
  TokenEndpointError,
  TokenRequestError,
} from '../errors.js';
import { readTokenAnswer, type TokenGrant } from './token-response.js';
import type { TokenTarget } from './token-target.js';

/** What token requests are made with. */
export interface TokenRequestOptions {
  readonly clientId: string;
  readonly readMetadata: () => Promise<AuthorizationServer>;
  readonly readCredential: CredentialReader;
  /** For reading the credential; `fetch` has its own. */
  readonly timeoutMs: number;
  readonly fetch: BoundedFetch;
  readonly clock: () => number;
  /** Ends all requests, with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Asks for a token.
 *
 * A rejected secret is read again, for it may have been rotated; the request is repeated, once, if
 * it was.
 *
 * @param onRetry - Called before it is repeated.
 * @throws TokenEndpointError When the server refuses.
 * @throws TokenRequestError When there is no usable answer.
 * @see RFC 6749 §4.4.2; RFC 8707 §2.2
 */
export async function requestToken(
  target: TokenTarget,
  options: TokenRequestOptions,
  onRetry: () => void,
): Promise<TokenGrant> {
  // First of all: no credential is read, let alone sent, for a server that is not the issuer.
  const server = await options.readMetadata();
  const credential = await readCredential(options);
  try {
    return await send(target, server, credential, options);
  } catch (error) {
    if (!(error instanceof TokenEndpointError) || error.error !== 'invalid_client') throw error;
    const current = await readCredential(options);
    if (current.source === credential.source) throw error;
    onRetry();
    return await send(target, server, current, options);
  }
}

async function readCredential(options: TokenRequestOptions): Promise<Credential> {
  const { timeoutMs, signal } = options;
  const makeError = (): Error => {
    return new TokenRequestError('credential', { detail: `nothing was read in ${timeoutMs} ms` });
  };
  try {
    return await withDeadline({ timeoutMs, signal, makeError }, options.readCredential);
  } catch (error) {
    throw error instanceof TokenClientError ? error : unreadable(error);
  }
}

// What a secret manager or a key parser throws may quote the secret, so it is not kept as the cause.
function unreadable(error: unknown): TokenRequestError {
  return new TokenRequestError('credential', { detail: findSystemCode(error) });
}

async function send(
  target: TokenTarget,
  server: AuthorizationServer,
  credential: Credential,
  { clientId, fetch, clock }: TokenRequestOptions,
): Promise<TokenGrant> {
  // Assertions are dated by oauth4webapi's clock; this makes it ours.
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
      // The endpoint was checked: http is to this machine.
      [allowInsecureRequests]: server.token_endpoint?.startsWith('http:') === true,
    },
  );
  return await readTokenAnswer(response, { server, client, target, secrets, nowMs: clock() });
}

function formParameters({ resource, scope, parameters }: TokenTarget): URLSearchParams {
  const form = new URLSearchParams(Object.fromEntries(parameters));
  if (resource !== undefined) form.set('resource', resource);
  if (scope !== '') form.set('scope', scope);
  return form;
}

/** Notes what the request is authenticated with, so that an answer that repeats it can be told. */
function recordSecrets(authenticate: ClientAuth, secrets: unknown[]): ClientAuth {
  return async function authenticateAndRecord(server, client, body, headers) {
    try {
      await authenticate(server, client, body, headers);
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
