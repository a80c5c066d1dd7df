/**
 * A service's client: the official MCP client with tokens of `@scopegate/client`.
 *
 * @module
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import { callTool, listTools } from './tool-calls.js';

/** Options of the client. */
export interface ServiceOptions {
  /** The URL of the MCP endpoint, which is also its identifier. */
  readonly url: string;
  /** The issuer identifier of the authorization server. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The client of a service. */
export interface Service {
  /** Connects to the MCP server. */
  connect(): Promise<void>;
  /** Lists the names of the tools. */
  listTools(): Promise<readonly string[]>;
  /**
   * Calls a tool.
   *
   * @returns The text of the result.
   */
  callTool(name: string): Promise<string>;
  close(): Promise<void>;
}

/** Creates the client of a service. */
export function createService(options: ServiceOptions): Service {
  const { url, issuer, clientId, clientSecret } = options;
  const tokens = createTokenClient({
    issuer,
    clientId,
    clientAuthentication: clientSecretBasic(() => clientSecret),
  });
  const notes = tokens.for({ resource: url, scope: 'notes:write' });
  const client = new Client(
    { name: 'notes-cleanup', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  );
  return {
    // This `fetch` sends the token, and repeats a request once with a new one if it has expired.
    connect: () =>
      client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: notes.fetch })),
    listTools: () => listTools(client),
    callTool: (name) => callTool(client, name),
    async close() {
      await client.close();
      tokens.close();
    },
  };
}
