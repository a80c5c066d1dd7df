/**
 * The requests that both clients send.
 *
 * @module
 */
import type { Client } from '@modelcontextprotocol/client';

/** Lists the names of the tools. */
export async function listTools(client: Client): Promise<readonly string[]> {
  const { tools } = await client.listTools();
  return tools.map(({ name }) => name);
}

/**
 * Calls a tool.
 *
 * @returns The text of the result.
 */
export async function callTool(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}
