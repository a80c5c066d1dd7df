/**
 * The application of the README of @scopegate/fastify.
 *
 * @module
 */
// #region quickstart
import { createResourceServer, type Trust, watchRoutes } from '@scopegate/fastify';
import Fastify, { type FastifyInstance } from 'fastify';

export function createApp(trust: Trust): FastifyInstance {
  const api = createResourceServer({ ...trust, scopes: ['read:analytics'] });
  const app = watchRoutes(Fastify()); // for expectAllGuarded(app) in a test

  app.register(api.metadata()); // where clients find the authorization server; public
  app.get('/v1/sales', { onRequest: api.requireScope('read:analytics') }, (request) => {
    const { clientId } = api.accessToken(request); // also subject, scopes, expiresAt, claims, …
    return { client: clientId, rows: [] };
  });
  app.register(
    (account, _options, done) => {
      api.guardAll(account, api.requireAccessToken()); // every route of this plugin
      account.get('/me', (request) => ({ subject: api.accessToken(request).subject }));
      done();
    },
    { prefix: '/v1/account' },
  );
  return app;
}
// #endregion quickstart
