/**
 * The tools of the MCP server.
 *
 * @module
 */
import { McpServer, type ScopeChallengeHandler } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** What the caller of one request may do. */
export interface NotesAccess {
  /** Requires the scope of `add-note`. */
  readonly adding: ScopeChallengeHandler;
  /** Whether the tool `erase-notes` exists for the caller. */
  readonly mayErase: boolean;
}

/** Creates the tools for one request. */
export function createNotesTools(notes: string[], { adding, mayErase }: NotesAccess): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('list-notes', { description: 'Lists all notes' }, () =>
    createResult(notes.join('\n')),
  );
  server.registerTool(
    'add-note',
    {
      description: 'Adds a note',
      inputSchema: z.object({ text: z.string() }),
      scopeChallenge: adding, // runs before the response starts, so it can be a 403
    },
    ({ text }, { http }) => {
      const author = String(http?.authInfo?.extra?.['subject']);
      notes.push(`${author}: ${text}`);
      return createResult(`added for ${author}`);
    },
  );
  server.registerTool(
    'describe-caller',
    { description: 'Shows everything that tools receive about the caller' },
    ({ http }) =>
      createResult(
        JSON.stringify({ auth: http?.authInfo, fields: [...(http?.req?.headers ?? [])] }),
      ),
  );
  if (mayErase) {
    server.registerTool('erase-notes', { description: 'Deletes all notes' }, () => {
      const { length } = notes.splice(0);
      return createResult(`erased ${length}`);
    });
  }
  return server;
}

function createResult(text: string): { content: [{ type: 'text'; text: string }] } {
  return { content: [{ type: 'text', text }] };
}
