/**
 * An MCP server whose tools are guarded.
 *
 * @module
 */
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import express, { type RequestHandler } from 'express';
import { closeServer, listen } from '../../support/listen.js';
import { READ, WRITE } from '../contract/sales-api.js';
import type { RunningServer } from '../contract/server.js';

/** An MCP server at `/mcp`. */
export interface McpApi {
  /** Its URL, which is its audience, too. */
  readonly url: URL;
  close(): Promise<void>;
}

/** Options of the MCP server. */
export interface McpApiOptions {
  /** The scopes that it declares, which its metadata then lists. @defaultValue none */
  readonly scopes?: readonly string[];
}

/**
 * Opens the MCP server. The tool `read_sales` requires {@link READ}, and `write_targets` also
 * {@link WRITE}.
 *
 * @param startIssuer - Starts the authorization server for this audience.
 */
export async function openMcpApi(
  startIssuer: (audience: string) => Promise<RunningServer>,
  { scopes }: McpApiOptions = {},
): Promise<McpApi> {
  const app = express();
  const http = createServer(app);
  const url = new URL('/mcp', await listen(http));
  const issuer = await startIssuer(url.href);
  const api = createResourceServer({
    issuer: issuer.issuer,
    audience: url.href,
    scopes,
  });
  app.use(api.metadata());
  app.post('/mcp', api.requireScope(READ), express.json(), guardTools(api), answer(api));
  app.get('/mcp', api.requireScope(READ), (_request, response) => {
    response.status(405).end();
  });
  return {
    url,
    async close() {
      api.close();
      await Promise.all([closeServer(http), issuer.close()]);
    },
  };
}

function guardTools(api: ResourceServer): RequestHandler {
  const guard = api.requireScope(READ, WRITE);
  return (request, response, next) => {
    const { params } = request.body as { readonly params?: { readonly name?: unknown } };
    if (params?.name === 'write_targets') guard(request, response, next);
    else next();
  };
}

/** A stateless server: one for each request. */
function answer(api: ResourceServer): RequestHandler {
  return async (request, response) => {
    const { subject } = api.accessToken(request);
    const server = new McpServer({ name: 'sales', version: '1.0.0' });
    for (const name of ['read_sales', 'write_targets']) {
      server.registerTool(name, {}, () => ({
        content: [{ type: 'text', text: `${name} for ${String(subject)}` }],
      }));
    }
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  };
}
