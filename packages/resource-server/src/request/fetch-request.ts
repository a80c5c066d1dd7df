/**
 * Reads the requests of the Fetch Standard, which many frameworks and runtimes pass to handlers.
 *
 * @module
 */
import { onAbort } from '@scopegate/protocol/internal';
import { parseCombinedAuthorization } from './combined-authorization.js';
import type { RequestAdapter } from './request-adapter.js';

/** Reads `Request`, whose body no parser has parsed and whose route is unknown. */
export const fetchRequestAdapter: RequestAdapter<Request> = {
  authorization: (request) => parseCombinedAuthorization(headersOf(request).get('authorization')),
  url: ({ url }) => url,
  method: ({ method }) => method,
  route: () => undefined,
  // `Headers` joins lines; a joined value contains a comma, so it is refused as a proof.
  fieldLines: (request, name) => [headersOf(request).get(name) ?? []].flat(),
  onEnd: ({ signal }, listener) => {
    if (!signal.aborted) return onAbort(signal, listener);
    listener();
    return () => undefined;
  },
};

/** @throws TypeError It is not a `Request`. Frameworks pass handlers objects that contain one. */
function headersOf({ headers }: { readonly headers?: Headers }): Headers {
  if (typeof headers?.get === 'function') return headers;
  throw new TypeError('a guard must get a Request; pass that of the framework, such as c.req.raw');
}
