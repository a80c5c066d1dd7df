/**
 * How to try the servers by hand.
 *
 * @module
 */
import type { RegisteredClient } from '../authorization-server.js';
import type { Stage } from './demo.js';

/** Formats `curl` lines that get a token and call the API, for a POSIX shell. */
export function formatCurlLines(stage: Stage): string {
  const { authorizationServer, resource, reportClient, backOfficeClient } = stage;
  return `
The servers are up. Their keys and secrets were made for this run and end with it.

  API                   ${resource}
  authorization server  ${authorizationServer.issuer}

Get a token for the report service, and one for the back office, which may hold everything:

  ${formatTokenLine('TOKEN', stage, reportClient)}

  ${formatTokenLine('POWER', stage, backOfficeClient)}

Call the API:

  curl -i ${resource}/v1/sales/analytics
  curl -i -H "Authorization: Bearer $TOKEN" ${resource}/v1/sales/analytics
  curl -i -H "Authorization: Bearer $TOKEN" -X POST ${resource}/v1/sales/refresh
  curl -i -H "Authorization: Bearer $POWER" -X POST ${resource}/v1/sales/refresh
  curl -i -H "Authorization: Bearer $POWER" ${resource}/v1/sales/export
  curl -i -H "Authorization: Bearer $TOKEN" ${resource}/v1/sales/mine
  curl -i -H "Authorization: Bearer $TOKEN.x" ${resource}/v1/sales/analytics

See what the servers say of themselves:

  curl ${resource}/.well-known/oauth-protected-resource
  curl ${authorizationServer.issuer}/.well-known/oauth-authorization-server

Press Ctrl+C to stop.
`;
}

function formatTokenLine(
  variable: string,
  { authorizationServer, resource }: Stage,
  { clientId, clientSecret, scope }: RegisteredClient,
): string {
  return [
    `${variable}=$(curl -s -u ${clientId}:${clientSecret} ${authorizationServer.issuer}/token`,
    `-d grant_type=client_credentials -d resource=${resource} -d 'scope=${scope}'`,
    `| node -p 'JSON.parse(require("fs").readFileSync(0)).access_token')`,
  ].join(' \\\n    ');
}
