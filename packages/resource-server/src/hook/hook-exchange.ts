/**
 * Requests and replies of frameworks whose hooks run before a route, such as Fastify. Typed by what the
 * guards use, so that they fit servers of HTTP/1 and HTTP/2, and every type provider.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request, around that of Node's HTTP server. */
export interface HookRequest {
  readonly raw: IncomingMessage | Http2ServerRequest;
  readonly routeOptions: {
    /** The path that the route was declared with, its prefixes included. */
    readonly url?: string | undefined;
    readonly config?: object;
  };
}

/** The reply to a request, around the response of Node's HTTP server. */
export interface HookReply {
  readonly raw: ServerResponse | Http2ServerResponse;
  /** Whether the reply has been sent, or the application writes to `raw` itself. */
  readonly sent: boolean;
  /** The status code of the response. */
  readonly statusCode: number;
  code(status: number): unknown;
  getHeader(name: string): number | string | string[] | undefined;
  header(name: string, value: unknown): unknown;
  removeHeader(name: string): unknown;
  send(payload?: unknown): unknown;
}

/** Passes the request on, or an error to the error handlers. */
export type Done = (error?: Error) => void;

/** A hook that runs before a route. */
export type Hook = (request: HookRequest, reply: HookReply, done: Done) => void;

/** A request, its reply, and how it is passed on. */
export interface HookExchange {
  readonly request: HookRequest;
  readonly reply: HookReply;
  readonly done: Done;
}
