/** Fastify. */
import fastify from 'fastify';
import { createResourceServer } from '../../../packages/fastify/dist/index.js';
import { assertCredentials } from './fronts.mjs';

/** @param {import('./fronts.mjs').Route} route */
export async function listen({ path, body, ...route }) {
  const app = fastify();
  app.get(path, ROUTE_OPTIONS[route.kind](route), (_request, reply) => {
    reply.send(body);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

const ROUTE_OPTIONS = {
  open: () => ({}),
  minimum: () => ({
    onRequest(request, reply, done) {
      assertCredentials(request.raw.headers.authorization);
      reply.header('Vary', 'Authorization');
      done();
    },
  }),
  guarded: ({ options, scope }) => ({
    onRequest: createResourceServer(options).requireScope(scope),
  }),
};
