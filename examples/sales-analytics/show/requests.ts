/**
 * What the callers of the story do: get a token, call the API.
 *
 * @module
 */
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import type { AuthorizationServer, RegisteredClient } from '../authorization-server.js';
import type { Stage } from './demo.js';

/** The scope that the report needs. */
export const READ = 'read:analytics';

/** The request that the report is made from. */
export const REPORT = 'GET /v1/sales/analytics';

/**
 * Gets a new access token by the client credentials grant.
 *
 * @param target - The identifier of the API that the token is for (RFC 8707 §2), and the scope,
 *   space-delimited.
 */
export async function requestToken(
  { issuer }: AuthorizationServer,
  { clientId, clientSecret }: RegisteredClient,
  target: { readonly resource: string; readonly scope: string },
): Promise<string> {
  // A service makes one client and keeps it; a new one here is a service that was just started.
  const client = createTokenClient({
    issuer,
    clientId,
    clientAuthentication: clientSecretBasic(() => clientSecret),
  });
  const { value } = await client.for(target).token();
  return value;
}

/** Gets a token of the report service: good, and not seen by the API before. */
export function requestReportToken(stage: Stage): Promise<string> {
  const { authorizationServer, reportClient, resource } = stage;
  return requestToken(authorizationServer, reportClient, { resource, scope: READ });
}

/**
 * Calls the API.
 *
 * @param request - Method and path: `GET /v1/sales/analytics`.
 * @param token - The access token, sent as it is; `undefined` for a request without one.
 */
export function call(resource: string, request: string, token?: string): Promise<Response> {
  const [method = '', path = ''] = request.split(' ');
  const headers = new Headers();
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  return fetch(`${resource}${path}`, { method, headers });
}
