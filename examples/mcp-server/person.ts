/**
 * A person's client: the official MCP client, which knows only the URL of the MCP server and its own
 * client id.
 *
 * @module
 */
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { createPersonStore, type PersonStore, type PersonStoreOptions } from './person-store.js';
import { callTool, listTools } from './tool-calls.js';

/** Options of the client. */
export interface PersonOptions extends PersonStoreOptions {
  /** The URL of the MCP endpoint. */
  readonly url: string;
  /** Opens a URL in the browser of the person. Returns the redirect to `redirectUri`. */
  readonly openBrowser: (authorization: URL, redirectUri: string) => Promise<URL>;
}

/** The client of one person. */
export interface Person extends Pick<PersonStore, 'tokens' | 'discovered'> {
  /**
   * Connects once.
   *
   * @throws UnauthorizedError The person must log in first.
   */
  connect(): Promise<void>;
  /** Lets the person log in or grant more scope, as the client has requested. */
  logIn(): Promise<void>;
  /** Lists the names of the tools. */
  listTools(): Promise<readonly string[]>;
  /**
   * Calls a tool. If that requires more scope, the person grants it, and the call is repeated.
   *
   * @returns The text of the result.
   */
  callTool(name: string, args?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

/** Creates the client of a person. */
export function createPerson(options: PersonOptions): Person {
  const { url, redirectUri, openBrowser } = options;
  const store = createPersonStore(options);
  let client: Client | undefined;
  let transport: StreamableHTTPClientTransport | undefined;
  const requireClient = (): Client => {
    if (client === undefined) throw new Error('the client is not connected');
    return client;
  };

  const person: Person = {
    tokens: () => store.tokens(),
    discovered: () => store.discovered(),
    async connect() {
      transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: store.provider });
      client = new Client(
        { name: 'notes-desktop', version: '1.0.0' },
        { versionNegotiation: { mode: 'auto' } },
      );
      await client.connect(transport);
    },
    async logIn() {
      const { searchParams } = await openBrowser(store.requireAuthorization(), redirectUri);
      store.assertState(searchParams);
      await transport?.finishAuth(searchParams);
    },
    listTools: () => listTools(requireClient()),
    async callTool(name, args) {
      try {
        return await callTool(requireClient(), name, args);
      } catch (error) {
        if (!(error instanceof UnauthorizedError)) throw error;
        await person.logIn();
        return callTool(requireClient(), name, args);
      }
    },
    close: async () => client?.close(),
  };
  return person;
}
