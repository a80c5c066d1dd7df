/**
 * An application of Express, of either version.
 */
import { once } from 'node:events';
import { createResourceServer } from '../../../packages/express/dist/index.js';

/**
 * @param {() => import('express').Express} express
 * @param {import('./fronts.mjs').Route} route
 */
export async function listenByExpress(express, { path, body, guarded }) {
  const app = express();
  app.disable('x-powered-by');
  const guards = guarded ? [createResourceServer(guarded.options).requireScope(guarded.scope)] : [];
  app.get(path, ...guards, (_request, response) => {
    response.json(body);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
