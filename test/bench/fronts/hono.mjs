/** Hono, served by `node:http`. */
import { Hono } from 'hono';
import { createResourceServer } from '../../../packages/web/dist/index.js';
import { listenByFetch } from './node-server.mjs';

/** @param {import('./fronts.mjs').Route} route */
export function listen({ path, body, guarded }) {
  const app = new Hono();
  const handler = (context) => context.json(body);
  if (guarded === undefined) app.get(path, handler);
  else {
    const guard = createResourceServer(guarded.options).requireScope(guarded.scope);
    app.get(path, async (context, next) => (await guard(context.req.raw)) ?? next(), handler);
  }
  return listenByFetch(app.fetch);
}
