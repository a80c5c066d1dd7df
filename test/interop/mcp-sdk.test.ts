import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMcpUser, type McpUser } from './clients/mcp-user.js';
import { type McpApiOptions, openMcpApi } from './clients/mcp-api.js';
import { READ, WRITE } from './contract/sales-api.js';
import { WEB_CLIENT } from './servers/oidc-configuration.js';
import { startOidcProvider } from './servers/oidc-provider.js';

const SCOPES = [READ, WRITE];

async function openApi(options: McpApiOptions = { scopes: SCOPES }): Promise<URL> {
  const api = await openMcpApi(
    (audience) =>
      startOidcProvider({ alg: 'ES256', audiences: [audience], scopes: SCOPES, clients: [] }),
    options,
  );
  onTestFinished(() => api.close());
  return api.url;
}

/** Connects as the SDK's examples do: once without a token, and again after the user logged in. */
async function connect(url: URL, user: McpUser) {
  const { provider: authProvider } = user;
  const first = new StreamableHTTPClientTransport(url, { authProvider });
  await expect(createClient().connect(first)).rejects.toThrow(UnauthorizedError);
  await first.finishAuth(await user.logIn());
  const transport = new StreamableHTTPClientTransport(url, { authProvider });
  const client = createClient();
  await client.connect(transport);
  onTestFinished(() => client.close());
  return { client, transport };
}

function createClient(): Client {
  return new Client({ name: 'assistant', version: '1.0.0' });
}

describe('MCP SDK', () => {
  it('finds the issuer, registers itself, and requests only the scope that the 401 names', async () => {
    const user = createMcpUser();
    const { client } = await connect(await openApi(), user);
    expect(user.requestedScopes).toEqual([READ]);
    expect(user.clientId()).toEqual(expect.any(String));
    const { content } = await client.callTool({ name: 'read_sales' });
    expect(content).toEqual([{ type: 'text', text: 'read_sales for ann' }]);
  });

  it('connects to an API that declares no scopes, because the 401 names the scope', async () => {
    const user = createMcpUser();
    const { client } = await connect(await openApi({}), user);
    expect(user.requestedScopes).toEqual([READ]);
    expect(await client.callTool({ name: 'read_sales' })).toMatchObject({
      content: [{ text: 'read_sales for ann' }],
    });
  });

  it('requests more scope when a 403 names it', async () => {
    // oidc-provider grants a client that registered itself only the scope of its registration.
    const user = createMcpUser(WEB_CLIENT);
    const { client, transport } = await connect(await openApi(), user);
    const write = () => client.callTool({ name: 'write_targets' });
    await expect(write()).rejects.toThrow(UnauthorizedError);
    await transport.finishAuth(await user.logIn());
    expect(await write()).toMatchObject({ content: [{ text: 'write_targets for ann' }] });
    expect(user.requestedScopes).toEqual([READ, `${READ} ${WRITE}`]);
  });
});
