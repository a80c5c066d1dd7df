/**
 * Reads the requests of Fastify.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestAdapter } from '@scopegate/resource-server';
import { nodeRequestAdapter, onExchangeEnd } from '@scopegate/resource-server/internal';

/** A request of a route, or of an upgrade that `guardUpgrade()` has let through. */
export type GuardedRequest = FastifyRequest | IncomingMessage;

/** The guarded requests of one resource server, with their responses. */
export class FastifyRequests {
  /** Without `body`, because the guards run before Fastify reads it. */
  readonly adapter: RequestAdapter<FastifyRequest> = {
    authorization: ({ raw }) => nodeRequestAdapter.authorization(raw),
    url: ({ raw }) => raw.url,
    method: ({ raw }) => raw.method,
    route: ({ routeOptions }) => routeOptions.url,
    onEnd: (request: GuardedRequest, listener) =>
      'raw' in request
        ? onExchangeEnd(request.raw, this.#replies.get(request)?.raw, listener)
        : onExchangeEnd(request, undefined, listener),
  };
  readonly #replies = new WeakMap<FastifyRequest, FastifyReply>();

  /** Adds a request with its response, because Fastify does not expose the response of a request. */
  add(request: FastifyRequest, reply: FastifyReply): void {
    this.#replies.set(request, reply);
  }
}
