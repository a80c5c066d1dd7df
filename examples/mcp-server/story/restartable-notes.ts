/**
 * An MCP server of the story, which can be restarted.
 *
 * @module
 */
import { createNotesServer, type NotesServer, type NotesServerOptions } from '../notes-server.js';
import type { LoopbackServer } from './loopback-server.js';

/** A running MCP server. */
export interface RestartableNotes {
  /** Starts it again: it has its notes, but no keys. */
  restart(): void;
  /** Releases its resources. */
  close(): void;
}

/** Starts an MCP server and waits until it has the keys of the authorization server. */
export async function startNotes(
  http: LoopbackServer,
  options: NotesServerOptions,
): Promise<RestartableNotes> {
  const start = (): NotesServer => {
    const server = createNotesServer(options);
    http.serve(server.app);
    return server;
  };
  let current = start();
  await current.api.ready();
  return {
    restart() {
      current.api.close();
      current = start();
    },
    close() {
      current.api.close();
    },
  };
}
