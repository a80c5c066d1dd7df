/** Hono, served by `node:http`, with the guard mounted as the README of @scopegate/web shows. */
import { Hono } from 'hono';
import { createResourceServer } from '../../../packages/web/dist/index.js';
import { assertCredentials } from './fronts.mjs';
import { listenByFetch } from './node-server.mjs';

/** @param {import('./fronts.mjs').Route} route */
export function listen({ path, body, ...route }) {
  const app = new Hono();
  app.get(path, ...MIDDLEWARE[route.kind](route), (context) => context.json(body));
  return listenByFetch(app.fetch);
}

const MIDDLEWARE = {
  open: () => [],
  minimum: () => [
    async (context, next) => {
      assertCredentials(context.req.raw.headers.get('authorization'));
      await next();
      context.res.headers.set('Vary', 'Authorization');
    },
  ],
  guarded: ({ options, scope }) => [mount(createResourceServer(options).requireScope(scope))],
};

function mount(guard) {
  return async (context, next) => {
    const proceed = () => next().then(() => context.res);
    const response = await guard.wrap(proceed)(context.req.raw);
    if (context.finalized && response !== context.res) {
      context.res = undefined;
      context.res = response;
    }
    return response;
  };
}
