/**
 * An application of Express, of either version.
 */
import { once } from 'node:events';
import { createResourceServer } from '../../../packages/express/dist/index.js';
import { assertCredentials } from './fronts.mjs';

/**
 * @param {() => import('express').Express} express
 * @param {import('./fronts.mjs').Route} route
 */
export async function listenByExpress(express, { path, body, ...route }) {
  const app = express();
  app.disable('x-powered-by');
  app.get(path, ...MIDDLEWARE[route.kind](route), (_request, response) => {
    response.json(body);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const MIDDLEWARE = {
  open: () => [],
  minimum: () => [
    (request, response, next) => {
      assertCredentials(request.headers.authorization);
      response.setHeader('Vary', 'Authorization');
      next();
    },
  ],
  guarded: ({ options, scope }) => [createResourceServer(options).requireScope(scope)],
};
