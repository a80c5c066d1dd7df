/**
 * The client of a service, started by the suite with the URL of an MCP server. Its credentials are in
 * the environment variable that the suite sets.
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createTokenClient, privateKeyJwt } from '@scopegate/client';

const url = new URL(process.argv.at(-1));
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT);

// The client discovers its authorization server as MCP requires: 401, metadata of the server, issuer.
const challenge = (await fetch(url, { method: 'POST' })).headers.get('www-authenticate');
const [, metadataUrl] = /resource_metadata="([^"]+)"/.exec(challenge);
const {
  resource,
  authorization_servers: issuers,
  scopes_supported: scopes,
} = await (await fetch(metadataUrl)).json();

const tokens = createTokenClient({
  issuer: issuers[0],
  clientId: context.client_id,
  clientAuthentication: privateKeyJwt(() => context.private_key_pem, {
    alg: context.signing_algorithm,
  }),
});
const source = tokens.for({ resource, scope: scopes?.join(' ') });
const client = new Client({ name: 'service', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(url, { fetch: source.fetch }));
await client.listTools();
await client.close();
