/**
 * Middleware as Express 4 and 5, connect and router call it.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Passes the request on to the next handler, or an error to the error handlers. */
export type Next = (error?: unknown) => void;

/** A request, its response, and how it is passed on. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly next: Next;
}

/**
 * A middleware function.
 *
 * Typed by Node's own request and response, it fits the handler types of every Express version and
 * leaves a route's inferred `req.params` alone.
 */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** A middleware function for errors; Express recognizes it by its four parameters. */
export type ErrorMiddleware = (
  ...parameters: [error: unknown, req: IncomingMessage, res: ServerResponse, next: Next]
) => void;
