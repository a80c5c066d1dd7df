/**
 * What the person's client keeps between requests: tokens, the state of a login, and the metadata of
 * the authorization server.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type {
  OAuthClientProvider,
  OAuthDiscoveryState,
  OAuthTokens,
} from '@modelcontextprotocol/client';

/** Options of the store. */
export interface PersonStoreOptions {
  /** The client id that is registered at the authorization server. */
  readonly clientId: string;
  readonly redirectUri: string;
}

/** The store, and the provider through which the SDK uses it. */
export interface PersonStore {
  readonly provider: OAuthClientProvider;
  /** The tokens, if there are any. */
  tokens(): OAuthTokens | undefined;
  /** The metadata of the MCP server and of its authorization server, once they are known. */
  discovered(): OAuthDiscoveryState | undefined;
  /** Returns the authorization request that the person must open in a browser. */
  requireAuthorization(): URL;
  /**
   * Requires that a redirect responds to the request of this client.
   *
   * @throws Error It has another `state`.
   */
  assertState(callback: URLSearchParams): void;
}

/** Creates a store in memory. An application keeps it on disk, so that the person stays logged in. */
export function createPersonStore({ clientId, redirectUri }: PersonStoreOptions): PersonStore {
  let tokens: OAuthTokens | undefined;
  let discovery: OAuthDiscoveryState | undefined;
  let authorization: URL | undefined;
  let verifier = '';
  let state = '';
  const provider: OAuthClientProvider = {
    redirectUrl: redirectUri,
    clientMetadata: {
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => ({ client_id: clientId }),
    state() {
      state = randomBytes(16).toString('base64url');
      return state;
    },
    tokens: () => tokens,
    saveTokens(saved) {
      tokens = saved;
    },
    saveCodeVerifier(saved) {
      verifier = saved;
    },
    codeVerifier: () => verifier,
    discoveryState: () => discovery,
    saveDiscoveryState(saved) {
      discovery = saved;
    },
    redirectToAuthorization(url) {
      authorization = url;
    },
    invalidateCredentials(what) {
      if (what === 'all' || what === 'tokens') tokens = undefined;
      if (what === 'all' || what === 'discovery') discovery = undefined;
    },
  };
  return {
    provider,
    tokens: () => tokens,
    discovered: () => discovery,
    requireAuthorization() {
      if (authorization === undefined) throw new Error('the client has not requested a login');
      return authorization;
    },
    assertState(callback) {
      if (callback.get('state') !== state) throw new Error('the redirect has another state');
    },
  };
}
