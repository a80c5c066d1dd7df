/**
 * The requests of the demo's callers: token requests and API calls.
 *
 * @module
 */
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import type { AuthorizationServer, RegisteredClient } from '../authorization-server.js';
import type { Demo } from './demo.js';

/** The scope that the report needs. */
export const READ = 'read:analytics';

/** The request of the report service. */
export const REPORT = 'GET /v1/sales/analytics';

/**
 * Requests an access token by the client credentials grant.
 *
 * @param target - The identifier of the API (RFC 8707 §2), and the scopes, space-delimited.
 */
export async function requestToken(
  { issuer }: AuthorizationServer,
  { clientId, clientSecret }: RegisteredClient,
  target: { readonly resource: string; readonly scope: string },
): Promise<string> {
  // A service keeps one client for its lifetime. A new one here simulates a service that just started.
  const client = createTokenClient({
    issuer,
    clientId,
    clientAuthentication: clientSecretBasic(() => clientSecret),
  });
  const { value } = await client.for(target).token();
  return value;
}

/** Requests a new token for the report service, which the API has not cached. */
export function requestReportToken(demo: Demo): Promise<string> {
  const { authorizationServer, reportClient, resource } = demo;
  return requestToken(authorizationServer, reportClient, { resource, scope: READ });
}

/**
 * Calls the API.
 *
 * @param request - The method and the path: `GET /v1/sales/analytics`.
 * @param token - The access token; `undefined` for a request without one.
 */
export function call(resource: string, request: string, token?: string): Promise<Response> {
  const [method = '', path = ''] = request.split(' ');
  const headers = new Headers();
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  return fetch(`${resource}${path}`, { method, headers });
}
