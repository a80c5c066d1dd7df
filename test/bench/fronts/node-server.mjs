/**
 * Serves a function from `Request` to `Response` by `node:http`.
 */
import { once } from 'node:events';
import { serve } from '@hono/node-server';

export async function listenByFetch(fetch) {
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await once(server, 'listening');
  return server;
}
