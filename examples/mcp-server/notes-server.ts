/**
 * The MCP server: notes, with a scope for each tool.
 *
 * @module
 */
import { addAbortListener } from 'node:events';
import { hostHeaderValidation } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  type AuthInfo,
  createMcpHandler,
  type McpRequestContext,
  type McpServer,
} from '@modelcontextprotocol/server';
import {
  createResourceServer,
  type ResourceServer,
  type VerifiedAccessToken,
} from '@scopegate/express';
import cors from 'cors';
import express, { type Express, type Request } from 'express';
import { createNotesTools } from './notes-tools.js';

/** Options of the MCP server. */
export interface NotesServerOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string;
  /** The URL of the MCP endpoint, such as `https://notes.example.com/mcp`. Tokens must name it in `aud`. */
  readonly url: string;
  /** Where the notes are stored. */
  readonly notes: string[];
  /** Returns the time in milliseconds. @defaultValue `Date.now` */
  readonly clock?: () => number;
}

/** The MCP server, and the functions that fetch its keys and release its resources. */
export interface NotesServer {
  readonly app: Express;
  readonly api: Pick<ResourceServer, 'close' | 'ready' | 'refresh'>;
}

/** Creates the MCP server. */
export function createNotesServer({ issuer, url, notes, clock }: NotesServerOptions): NotesServer {
  const api = createResourceServer({
    issuer,
    audience: url,
    scopes: ['notes:read', 'notes:write'],
    impliedScopes: { 'notes:write': ['notes:read'] },
    clock,
  });
  const add = api.policy({ scope: 'notes:write' });
  const erase = api.policy({ scope: 'notes:write', principal: 'client' });

  // The SDK passes the AuthInfo of a request to this function, but not the request of Express.
  const requests = new WeakMap<AuthInfo, Request>();
  const createTools = ({ authInfo }: McpRequestContext): McpServer => {
    const req = authInfo && requests.get(authInfo);
    if (req === undefined) throw new Error('the request has not passed the guard');
    return createNotesTools(notes, {
      // The SDK responds with a 403 that names the scope, before it starts the response to the call.
      adding: () => (api.isAllowed(req, add) ? undefined : { scopes: ['notes:write'] }),
      // No consent of a user could allow this tool, so it does not exist for users.
      mayErase: api.isAllowed(req, erase),
    });
  };
  const handle = toNodeHandler(createMcpHandler(createTools, { responseMode: 'sse' }));

  const app = express();
  app.use(hostHeaderValidation([new URL(url).hostname])); // DNS rebinding
  app.use(cors({ exposedHeaders: ['WWW-Authenticate'] }), api.metadata({ resource_name: 'Notes' }));
  // The guard comes before the body parser: the body of a refused request is not parsed.
  app.all('/mcp', api.requireScope('notes:read'), express.json(), (req, res) => {
    const auth = createAuthInfo(api.accessToken(req));
    requests.set(auth, req);
    addAbortListener(api.whileAcceptable(req), () => res.destroy()); // a stream ends with the token
    delete req.headers.authorization; // tools can read the header fields
    void handle(Object.assign(req, { auth }), res, req.body);
  });

  /** What tools receive. Without the token, no tool can send it to another server. */
  function createAuthInfo(token: VerifiedAccessToken): AuthInfo {
    return {
      token: '',
      clientId: token.clientId ?? '',
      scopes: [...token.scopes],
      expiresAt: token.expiresAt,
      resource: new URL(url),
      extra: { subject: token.subject },
    };
  }

  return { app, api };
}
