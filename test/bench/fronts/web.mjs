/** A function from `Request` to `Response`, served by `node:http`. */
import { createResourceServer } from '../../../packages/web/dist/index.js';
import { listenByFetch } from './node-server.mjs';

/** @param {import('./fronts.mjs').Route} route */
export function listen({ body, guarded }) {
  const handler = () => Response.json(body);
  if (guarded === undefined) return listenByFetch(handler);
  return listenByFetch(
    createResourceServer(guarded.options).requireScope(guarded.scope).wrap(handler),
  );
}
