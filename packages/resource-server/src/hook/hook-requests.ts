/**
 * Reads the requests of hooks.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { readAuthorization, readFieldLines } from '@scopegate/protocol/internal';
import { onExchangeEnd } from '../request/node-request.js';
import type { RequestAdapter } from '../request/request-adapter.js';
import type { HookReply, HookRequest } from './hook-exchange.js';

/**
 * The reply to a guarded request, which does not expose it. In a `WeakMap`, it costs 10 µs per request:
 * a reply refers to its request, and V8 treats the values of old maps as reachable while it collects young
 * objects, so both survive until a full collection.
 */
const REPLY: unique symbol = Symbol('reply');

/** A request that a guard has decided on. */
type DecidedRequest = HookRequest & { [REPLY]?: HookReply };

/** A request of Node to which a framework has added members. */
type RewrittenRequest = HookRequest['raw'] & {
  /** As `method-override` sets it. */
  readonly originalMethod?: string;
  /** As Fastify sets it if its option `rewriteUrl` is used. */
  readonly originalUrl?: string;
};

/** Reads guarded requests. Without `body`, because the guards run before a body is read. */
export const hookRequestAdapter: RequestAdapter<HookRequest> = {
  authorization: ({ raw }) => readAuthorization(raw),
  url: ({ raw }) => raw.url,
  method: ({ raw }) => raw.method,
  route: ({ routeOptions }) => routeOptions.url,
  requestLine: ({ raw }: { readonly raw: RewrittenRequest }) => ({
    method: raw.originalMethod ?? raw.method,
    target: raw.originalUrl ?? raw.url,
  }),
  fieldLines: ({ raw }, name) => readFieldLines(raw, name),
  socket: ({ raw }) => raw.socket,
  response: (request: DecidedRequest) => request[REPLY]?.raw,
  onEnd: (request: DecidedRequest | IncomingMessage, listener) =>
    'raw' in request
      ? onExchangeEnd(request.raw, request[REPLY]?.raw, listener)
      : onExchangeEnd(request, undefined, listener),
};

/** Adds its reply to a request that a guard decides on. */
export function addReply(request: DecidedRequest, reply: HookReply): void {
  request[REPLY] = reply;
}
