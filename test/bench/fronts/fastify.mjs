/** Fastify. */
import fastify from 'fastify';
import { createResourceServer } from '../../../packages/fastify/dist/index.js';

/** @param {import('./fronts.mjs').Route} route */
export async function listen({ path, body, guarded }) {
  const app = fastify();
  const options = guarded
    ? { onRequest: createResourceServer(guarded.options).requireScope(guarded.scope) }
    : {};
  app.get(path, options, (_request, reply) => {
    reply.send(body);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}
