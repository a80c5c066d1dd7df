/**
 * Routes whose handlers take a `Request` and return a `Response`.
 *
 * @module
 */
import type { Guard } from '@scopegate/web';
import type { DeclaredRoute } from './declaration.js';
import type { FrontAnswer, FrontRequest } from './front.js';

/** A handler behind its guards. */
export type WebHandler = (request: Request, remotePort: number) => Response | Promise<Response>;

/** Wraps the handler of a route with its guards, the first one outermost. */
export function wrapWithGuards({ guards, handler }: DeclaredRoute): WebHandler {
  return (guards as readonly Guard[]) // of this front's resource server
    .reduceRight<WebHandler>(
      (inner, guard) => guard.wrap(inner),
      async (request, remotePort) => toResponse(await handler(viewWeb(request, remotePort))),
    );
}

/** Creates the response that a handler declares. */
export function toResponse({ status = 200, headers = {}, body }: FrontAnswer): Response {
  return new Response(body ?? null, { status, headers });
}

/** Shows a `Request` to a handler. */
export function viewWeb(request: Request, remotePort: number): FrontRequest {
  return {
    method: request.method,
    original: request,
    remotePort,
    header: (name) => request.headers.get(name) ?? undefined,
    text: () => request.text(),
  };
}
