/**
 * A Fastify application with a metadata document, guards and decision events.
 */
import { createResourceServer } from '@scopegate/fastify';
import { createTestIssuer } from '@scopegate/testing';
import fastify from 'fastify';
import { AUDIENCE, checkExchanges, PATH, SCOPES } from './exchanges.mjs';

/** @param {import('../checks.mjs').Checks} checks */
export async function checkFastify(checks) {
  const issuer = await createTestIssuer({ alg: 'ES256' });
  const api = createResourceServer({ ...issuer.options({ audience: AUDIENCE }), scopes: SCOPES });
  const app = fastify({ forceCloseConnections: true });
  app.register(api.metadata());
  app.get(PATH, { onRequest: api.requireScope('read:analytics') }, (request, reply) => {
    reply.send({ client: api.accessToken(request).clientId });
  });
  app.post(PATH, { onRequest: api.requireScope('write:analytics') }, (_request, reply) => {
    reply.code(204).send();
  });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const server = { origin, port: Number(new URL(origin).port) };
  try {
    const scene = { issuer, server, route: PATH };
    await checkExchanges((name, act) => checks.check(`Fastify: ${name}`, act), scene);
  } finally {
    await app.close();
    api.close();
    await issuer.close();
  }
}
