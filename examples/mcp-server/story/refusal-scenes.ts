/**
 * Scenes with requests that no client of the MCP server sends.
 *
 * @module
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { UnauthorizedError } from '@modelcontextprotocol/client';
import { ISSUER_METADATA, unauthorized } from './expected-traffic.js';
import type { Scene } from './scene.js';
import type { StoryServers } from './servers.js';

/** Creates scenes with a forwarded token and with DNS rebinding. */
export function createRefusalScenes(): readonly Scene[] {
  return [forwardedToken, rebinding];
}

const forwardedToken: Scene = {
  title: 'another MCP server forwards the token that ann gave it: 401',
  traffic: [
    ISSUER_METADATA,
    'authorization of ann scope="notes:read offline_access"',
    'token by authorization_code',
    ...unauthorized('tools/call list-notes', 'the access token is meant for another resource'),
  ],
  outcome: 'refused with 401',
  async run(servers) {
    const { annElsewhere } = servers;
    await annElsewhere.connect().catch((error: unknown) => {
      if (!(error instanceof UnauthorizedError)) throw error;
    });
    await annElsewhere.logIn();
    const authorization = `Bearer ${annElsewhere.tokens()?.access_token}`;
    const { statusCode } = await callListNotes(servers, { authorization });
    return `refused with ${statusCode}`;
  },
};

const rebinding: Scene = {
  title: 'a web page reaches the server by DNS rebinding: 403 before any guard, for its Host',
  traffic: ['POST /mcp tools/call list-notes → 403 application/json'],
  outcome: 'refused with 403',
  async run(servers) {
    const { statusCode } = await callListNotes(servers, { host: 'attacker.example' });
    return `refused with ${statusCode}`;
  },
};

/** Calls a tool without the SDK, with other header fields. */
async function callListNotes(
  { url }: StoryServers,
  fields: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const headers = { 'mcp-method': 'tools/call', 'mcp-name': 'list-notes', ...fields };
  const call = request(url, { method: 'POST', headers, agent: false });
  call.end('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list-notes"}}');
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response;
}
