/**
 * The authorization code flow with PKCE, of a web application that a user logs in to.
 *
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { AUDIENCE, READ } from './sales-api.js';
import type { UserTokens } from './server.js';

/** Where the web application gets its codes; nothing is ever sent there. */
export const REDIRECT_URI = 'https://web.example.com/callback';

/** The endpoints of a server, and the client that it knows. */
export interface CodeFlowOptions {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  /** For a confidential client, by `client_secret_post`. */
  readonly clientSecret?: string;
}

/** A flow that has begun. */
export interface CodeFlow {
  /** Where the user's browser goes first. */
  readonly url: URL;
  /** Exchanges the code that the browser brings to {@link REDIRECT_URI}. */
  exchange(callback: URL): Promise<UserTokens>;
}

/** Begins a flow for {@link AUDIENCE}, `openid` and {@link READ}. RFC 6749 §4.1, RFC 7636, RFC 8707. */
export function beginCodeFlow(options: CodeFlowOptions): CodeFlow {
  const { authorizationEndpoint, tokenEndpoint, clientId, clientSecret } = options;
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(authorizationEndpoint);
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: `openid ${READ}`,
    resource: AUDIENCE,
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    nonce: randomBytes(16).toString('base64url'),
  }).toString();
  return {
    url,
    async exchange(callback) {
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: REDIRECT_URI,
        resource: AUDIENCE,
        code: callback.searchParams.get('code') ?? '',
        code_verifier: verifier,
      });
      if (clientSecret !== undefined) body.set('client_secret', clientSecret);
      const response = await fetch(tokenEndpoint, { method: 'POST', body });
      const { access_token, id_token } = (await response.json()) as Record<string, unknown>;
      if (typeof access_token !== 'string' || typeof id_token !== 'string') {
        throw new Error(`${tokenEndpoint} answered ${response.status} without tokens`);
      }
      const { sub: subject = '' } = decodeJwt(id_token);
      return { clientId, subject, accessToken: access_token, idToken: id_token };
    },
  };
}
