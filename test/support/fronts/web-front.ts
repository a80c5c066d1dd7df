/**
 * A handler of the Fetch Standard without a framework, as Next.js, SvelteKit, Bun and Deno call it.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { createResourceServer, type ResourceServerOptions } from '@scopegate/web';
import { closeServer, listen } from '../listen.js';
import { collect, type Declared, guardedRoutes, type Method } from './declaration.js';
import type { Front, FrontAnswer } from './front.js';
import { toResponse, type WebHandler, wrapWithGuards } from './web-route.js';

// @hono/node-server replaces the global class.
const { Request } = globalThis;

/** Web standards. */
export const WEB_FRONT: Front = {
  name: 'web',
  sharesResponse: false,
  joinsFieldLines: true,
  parsesBodiesFirst: false,
  sendsLengthToHead: true,
  createResourceServer: (options) => createResourceServer(options as ResourceServerOptions),
  serve: async (declare) => {
    const fetch = createFetch(collect(declare));
    const server = createServer((req, res) => {
      void respond(fetch, req, res);
    });
    return { url: await listen(server), close: () => closeServer(server) };
  },
};

type Metadata = (request: Request) => Response | undefined;

function createFetch(parts: readonly Declared[]): WebHandler {
  const documents: Metadata[] = [];
  let fail: ((error: unknown) => FrontAnswer) | undefined;
  for (const part of parts) {
    if (part.kind === 'metadata') documents.push(part.metadata as Metadata);
    if (part.kind === 'error') fail = part.handler;
    if (['layer', 'cors', 'express'].includes(part.kind)) {
      throw new Error(`a handler without a framework has no part of kind ${part.kind}`);
    }
  }
  const routes = guardedRoutes(parts).map((route) => ({ ...route, run: wrapWithGuards(route) }));
  return async (request, remotePort) => {
    const { pathname } = new URL(request.url);
    const route = routes.find(
      ({ path, methods }) => path === pathname && methods.includes(request.method as Method),
    );
    try {
      const document = documents.map((serve) => serve(request)).find(Boolean);
      return document ?? (await route?.run(request, remotePort)) ?? toResponse({ status: 404 });
    } catch (error) {
      if (fail === undefined) throw error;
      return toResponse(fail(error));
    }
  };
}

/** Serves one request of Node.js by a handler of the Fetch Standard. */
async function respond(
  fetch: WebHandler,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const response = await fetch(toRequest(req), req.socket.remotePort ?? 0);
  res.statusCode = response.status;
  res.setHeaders(response.headers);
  const body = Buffer.from(await response.arrayBuffer());
  if (!res.hasHeader('Content-Length') && response.status !== 204) {
    res.setHeader('Content-Length', body.length);
  }
  res.end(body);
}

function toRequest(req: IncomingMessage): Request {
  const { method = 'GET', url = '/', rawHeaders } = req;
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(url, 'http://rs.example'), {
    method,
    headers,
    ...(hasBody && { body: Readable.toWeb(req) as ReadableStream, duplex: 'half' }),
  });
}
