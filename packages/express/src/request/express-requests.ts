/**
 * Reads the requests of Express, and of `node:http` servers that mount the middleware themselves.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestAdapter } from '@scopegate/resource-server';
import { isResponse, nodeRequestAdapter, onExchangeEnd } from '@scopegate/resource-server/internal';

/** The guarded requests of one resource server, with their responses. */
export class ExpressRequests {
  readonly adapter: RequestAdapter<IncomingMessage> = {
    ...nodeRequestAdapter,
    response: (req) => {
      const response = this.#findResponse(req);
      return isResponse(response) ? response : undefined;
    },
    onEnd: (req, listener) => onExchangeEnd(req, this.#findResponse(req), listener),
  };
  readonly #responses = new WeakMap<IncomingMessage, ServerResponse>();

  /** Adds a request whose response Express has not attached to it. */
  add(req: IncomingMessage, res: ServerResponse): void {
    if (!('res' in req)) this.#responses.set(req, res);
  }

  #findResponse(req: IncomingMessage): unknown {
    return 'res' in req ? req.res : this.#responses.get(req);
  }
}
