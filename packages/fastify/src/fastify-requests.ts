/**
 * Reads the requests of Fastify.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestAdapter } from '@scopegate/resource-server';
import { nodeRequestAdapter, onExchangeEnd } from '@scopegate/resource-server/internal';

/**
 * The reply to a guarded request, because Fastify does not expose it. In a `WeakMap`, it would cost 10 µs
 * per request: V8 treats the values of old maps as reachable while it collects young objects, and a reply
 * refers to its request, so both survive every collection until a full one.
 */
const REPLY: unique symbol = Symbol('reply');

/** A request that a guard has decided on. */
type DecidedRequest = FastifyRequest & { [REPLY]?: FastifyReply };

/** Reads guarded requests. Without `body`, because the guards run before Fastify reads it. */
export const fastifyRequestAdapter: RequestAdapter<FastifyRequest> = {
  authorization: ({ raw }) => nodeRequestAdapter.authorization(raw),
  url: ({ raw }) => raw.url,
  method: ({ raw }) => raw.method,
  route: ({ routeOptions }) => routeOptions.url,
  onEnd: (request: DecidedRequest | IncomingMessage, listener) =>
    'raw' in request
      ? onExchangeEnd(request.raw, request[REPLY]?.raw, listener)
      : onExchangeEnd(request, undefined, listener),
};

/** Adds its reply to a request that a guard decides on. */
export function addReply(request: DecidedRequest, reply: FastifyReply): void {
  request[REPLY] = reply;
}
