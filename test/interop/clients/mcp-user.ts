/**
 * A user of an MCP client, who logs in when the SDK's client requests it.
 *
 * @module
 */
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import type {
  OAuthClientInformationMixed,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { openBrowser } from '../contract/browser.js';
import { REDIRECT_URI } from '../contract/code-flow.js';

/** The user, and what the client did on the user's behalf. */
export interface McpUser {
  readonly provider: OAuthClientProvider;
  /** The `scope` of each authorization request; `undefined` where the client sent none. */
  readonly requestedScopes: readonly (string | undefined)[];
  /** The client id, once there is one. */
  clientId(): string | undefined;
  /**
   * Logs in and consents to the most recent authorization request.
   *
   * @returns The authorization code.
   */
  logIn(): Promise<string>;
}

/**
 * Creates a user.
 *
 * @param clientId - A client that is registered; otherwise the client registers itself (RFC 7591).
 */
export function createMcpUser(clientId?: string): McpUser {
  const requestedScopes: (string | undefined)[] = [];
  let client: OAuthClientInformationMixed | undefined =
    clientId === undefined ? undefined : { client_id: clientId };
  let tokens: OAuthTokens | undefined;
  let verifier = '';
  let authorization: URL | undefined;
  const provider: OAuthClientProvider = {
    redirectUrl: REDIRECT_URI,
    clientMetadata: {
      client_name: 'assistant',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => client,
    saveClientInformation(information) {
      client = information;
    },
    tokens: () => tokens,
    saveTokens(saved) {
      tokens = saved;
    },
    redirectToAuthorization(url) {
      authorization = url;
      requestedScopes.push(url.searchParams.get('scope') ?? undefined);
    },
    saveCodeVerifier(saved) {
      verifier = saved;
    },
    codeVerifier: () => verifier,
  };
  return {
    provider,
    requestedScopes,
    clientId: () => client?.client_id,
    async logIn() {
      if (authorization === undefined) throw new Error('the client did not ask the user to log in');
      const callback = await openBrowser().visit(authorization, REDIRECT_URI);
      const code = callback.searchParams.get('code');
      if (code === null) throw new Error(`no code: ${callback.search}`);
      return code;
    },
  };
}
