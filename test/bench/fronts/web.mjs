/** A function from `Request` to `Response`, served by `node:http`. */
import { createResourceServer } from '../../../packages/web/dist/index.js';
import { assertCredentials } from './fronts.mjs';
import { listenByFetch } from './node-server.mjs';

/** @param {import('./fronts.mjs').Route} route */
export function listen({ body, ...route }) {
  return listenByFetch(HANDLERS[route.kind](() => Response.json(body), route));
}

const HANDLERS = {
  open: (handler) => handler,
  minimum: (handler) => (request) => {
    assertCredentials(request.headers.get('authorization'));
    const response = handler();
    response.headers.set('Vary', 'Authorization');
    return response;
  },
  guarded: (handler, { options, scope }) =>
    createResourceServer(options).requireScope(scope).wrap(handler),
};
