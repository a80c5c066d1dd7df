/**
 * Formats commands for trying out the servers manually.
 *
 * @module
 */
import type { RegisteredClient } from '../authorization-server.js';
import type { Demo } from './demo.js';

/** Formats `curl` commands that request a token and call the API. They need a POSIX shell. */
export function formatCurlLines({
  authorizationServer: { issuer },
  resource,
  reportClient,
  backOfficeClient,
  fieldClient,
}: Demo): string {
  return `
The servers are running. Their keys and secrets are valid only for this run.
For the commands below, in another shell:

  API=${resource}
  ISSUER=${issuer}

Request a token for the report service, one for the back office with every
scope, and an opaque one:

  ${formatTokenLine('TOKEN', reportClient)}

  ${formatTokenLine('POWER', backOfficeClient)}

  ${formatTokenLine('OPAQUE', fieldClient)}

Call the API:

  curl -i $API/v1/sales/analytics
  curl -i -H "Authorization: Bearer $TOKEN" $API/v1/sales/analytics
  curl -i -H "Authorization: Bearer $TOKEN" -X POST $API/v1/sales/refresh
  curl -i -H "Authorization: Bearer $POWER" -X POST $API/v1/sales/refresh
  curl -i -H "Authorization: Bearer $POWER" $API/v1/sales/export
  curl -i -H "Authorization: Bearer $TOKEN" $API/v1/sales/mine
  curl -i -H "Authorization: Bearer $TOKEN.x" $API/v1/sales/analytics

Call with the opaque token, before and after it is revoked:

  curl -i -H "Authorization: Bearer $OPAQUE" $API/v1/sales/analytics
  curl $ISSUER/token/revocation -d token=$OPAQUE \\
    -u ${fieldClient.clientId}:${fieldClient.clientSecret}
  curl -i -H "Authorization: Bearer $OPAQUE" $API/v1/sales/analytics

Get the metadata of both servers:

  curl $API/.well-known/oauth-protected-resource
  curl $ISSUER/.well-known/oauth-authorization-server

Press Ctrl+C to stop.
`;
}

function formatTokenLine(
  variable: string,
  { clientId, clientSecret, scope }: RegisteredClient,
): string {
  return [
    `${variable}=$(curl -s $ISSUER/token`,
    `-u ${clientId}:${clientSecret}`,
    `-d grant_type=client_credentials -d resource=$API`,
    `-d 'scope=${scope}'`,
    `| node -p 'JSON.parse(require("fs").readFileSync(0)).access_token')`,
  ].join(' \\\n    ');
}
