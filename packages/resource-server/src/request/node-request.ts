/**
 * Reads the requests of Node's HTTP server, on which most frameworks are built.
 *
 * @module
 */
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { onClose, readAuthorization, readFieldLines } from '@scopegate/protocol/internal';
import { findPendingResponse } from './pending-response.js';
import type { RequestAdapter, ResponseState } from './request-adapter.js';

/** A response or a socket. */
type Closing = EventEmitter & { readonly closed?: boolean; readonly destroyed?: boolean };

/**
 * Calls back once when a response or its socket is closed; immediately if one of them already is.
 *
 * @param response - `undefined` after an upgrade, where only the socket closes.
 * @returns Removes the listener.
 */
export function onExchangeEnd(
  { socket }: Pick<IncomingMessage, 'socket'>,
  response: unknown,
  listener: () => void,
): () => void {
  const parts: readonly Closing[] =
    response instanceof EventEmitter ? [response, socket] : [socket];
  if (parts.some(isOver)) {
    listener();
    return () => undefined;
  }
  const removals = parts.map((part) => onClose(part, listener));
  return () => {
    for (const remove of removals) remove();
  };
}

function isOver({ closed, destroyed }: Closing): boolean {
  return closed === true || destroyed === true;
}

/** A request to which a framework has added members. */
type FrameworkRequest = IncomingMessage & {
  /** As `method-override` sets it. */
  readonly originalMethod?: string;
  /** As Express and Connect set it, because their routers cut `url`. */
  readonly originalUrl?: string;
  readonly body?: unknown;
  readonly route?: { readonly path?: unknown };
  readonly res?: unknown;
};

/**
 * Finds the response that Node is writing to the request, because the socket may stay open after it.
 *
 * @returns `undefined` after an upgrade, and while an earlier request on the connection is pending.
 */
function findResponse(req: IncomingMessage): unknown {
  const pending = findPendingResponse(req.socket);
  return pending instanceof EventEmitter && Reflect.get(pending, 'req') === req
    ? pending
    : undefined;
}

/** Whether a value is a response, which a framework has attached to its request. */
export function isResponse(value: unknown): value is ResponseState {
  return value instanceof EventEmitter && 'headersSent' in value;
}

/** Reads `IncomingMessage`; `body`, `res` and `route` are read as Express sets them. */
export const nodeRequestAdapter: Required<RequestAdapter<IncomingMessage>> = {
  authorization: readAuthorization,
  url: (req) => req.url,
  method: (req) => req.method,
  route: ({ route }: FrameworkRequest) => {
    const path = route?.path;
    if (Array.isArray(path)) return path.join(', ');
    return typeof path === 'string' || path instanceof RegExp ? String(path) : undefined;
  },
  body: (req: FrameworkRequest) => ({
    contentType: req.headers['content-type'],
    value: req.body,
  }),
  requestLine: ({ originalMethod, method, originalUrl, url }: FrameworkRequest) => ({
    method: originalMethod ?? method,
    target: originalUrl ?? url,
  }),
  fieldLines: readFieldLines,
  socket: ({ socket }) => socket,
  response: (req: FrameworkRequest) => {
    const response = req.res ?? findResponse(req);
    return isResponse(response) ? response : undefined;
  },
  onEnd: (req: FrameworkRequest, listener) =>
    onExchangeEnd(req, req.res ?? findResponse(req), listener),
};
