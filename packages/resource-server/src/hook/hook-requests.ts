/**
 * Reads the requests of hooks.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { onExchangeEnd, readAuthorization } from '../request/node-request.js';
import type { RequestAdapter } from '../request/request-adapter.js';
import type { HookReply, HookRequest } from './hook-exchange.js';

/** The guarded requests of one resource server, with their replies. */
export class HookRequests {
  /** Without `body`, because the guards run before a body is read. */
  readonly adapter: RequestAdapter<HookRequest> = {
    authorization: ({ raw }) => readAuthorization(raw),
    url: ({ raw }) => raw.url,
    method: ({ raw }) => raw.method,
    route: ({ routeOptions }) => routeOptions.url,
    onEnd: (request: HookRequest | IncomingMessage, listener) =>
      'raw' in request
        ? onExchangeEnd(request.raw, this.#replies.get(request)?.raw, listener)
        : onExchangeEnd(request, undefined, listener),
  };
  readonly #replies = new WeakMap<HookRequest, HookReply>();

  /** Adds a request, because it does not expose its reply. */
  add(request: HookRequest, reply: HookReply): void {
    this.#replies.set(request, reply);
  }
}
