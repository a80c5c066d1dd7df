/**
 * Formats commands for trying out the servers manually.
 *
 * @module
 */
import type { RegisteredClient } from '../authorization-server.js';
import type { Demo } from './demo.js';

/** Formats `curl` commands that request a token and call the API. They need a POSIX shell. */
export function formatCurlLines(demo: Demo): string {
  const { authorizationServer, resource, reportClient, backOfficeClient, fieldClient } = demo;
  return `
The servers are running. Their keys and secrets are valid only for this run.

  API                   ${resource}
  authorization server  ${authorizationServer.issuer}

Request a token for the report service, one for the back office with every scope, and an opaque one:

  ${formatTokenLine('TOKEN', demo, reportClient)}

  ${formatTokenLine('POWER', demo, backOfficeClient)}

  ${formatTokenLine('OPAQUE', demo, fieldClient)}

Call the API:

  curl -i ${resource}/v1/sales/analytics
  curl -i -H "Authorization: Bearer $TOKEN" ${resource}/v1/sales/analytics
  curl -i -H "Authorization: Bearer $TOKEN" -X POST ${resource}/v1/sales/refresh
  curl -i -H "Authorization: Bearer $POWER" -X POST ${resource}/v1/sales/refresh
  curl -i -H "Authorization: Bearer $POWER" ${resource}/v1/sales/export
  curl -i -H "Authorization: Bearer $TOKEN" ${resource}/v1/sales/mine
  curl -i -H "Authorization: Bearer $TOKEN.x" ${resource}/v1/sales/analytics

Call with the opaque token, before and after it is revoked:

  curl -i -H "Authorization: Bearer $OPAQUE" ${resource}/v1/sales/analytics
  curl -u ${fieldClient.clientId}:${fieldClient.clientSecret} ${authorizationServer.issuer}/token/revocation -d token=$OPAQUE
  curl -i -H "Authorization: Bearer $OPAQUE" ${resource}/v1/sales/analytics

Get the metadata of both servers:

  curl ${resource}/.well-known/oauth-protected-resource
  curl ${authorizationServer.issuer}/.well-known/oauth-authorization-server

Press Ctrl+C to stop.
`;
}

function formatTokenLine(
  variable: string,
  { authorizationServer, resource }: Demo,
  { clientId, clientSecret, scope }: RegisteredClient,
): string {
  return [
    `${variable}=$(curl -s -u ${clientId}:${clientSecret} ${authorizationServer.issuer}/token`,
    `-d grant_type=client_credentials -d resource=${resource} -d 'scope=${scope}'`,
    `| node -p 'JSON.parse(require("fs").readFileSync(0)).access_token')`,
  ].join(' \\\n    ');
}
