/**
 * Handlers of the Fetch Standard, and a Hono application, served by the runtime itself.
 */
import assert from 'node:assert/strict';
import { createResourceServer } from '@scopegate/web';
import { createTestIssuer } from '@scopegate/testing';
import { Hono } from 'hono';
import { serveFetch } from '../loopback.mjs';
import { AUDIENCE, checkExchanges, PATH, SCOPES } from './exchanges.mjs';

const FRONTS = { 'Web standard': createHandler, Hono: createHonoApp };

/** @param {import('../checks.mjs').Checks} checks */
export async function checkWeb(checks) {
  for (const [front, create] of Object.entries(FRONTS)) {
    const issuer = await createTestIssuer({ alg: 'ES256' });
    const api = createResourceServer({ ...issuer.options({ audience: AUDIENCE }), scopes: SCOPES });
    const server = await serveFetch(create(api));
    const check = (name, act) => checks.check(`${front}: ${name}`, act);
    try {
      await checkExchanges(check, { issuer, server, route: undefined });
      await check('decision in the same tick', () => checkSameTick(api, issuer));
      await check('replaced request', () => checkReplacedRequest(api, issuer));
    } finally {
      await server.close();
      api.close();
      await issuer.close();
    }
  }
}

function createHandler(api) {
  const metadata = api.metadata();
  const read = api.requireScope('read:analytics').wrap((request) => {
    return Response.json({ client: api.accessToken(request).clientId });
  });
  const write = api.requireScope('write:analytics').wrap(() => new Response(null, { status: 204 }));
  const route = (request) => {
    if (new URL(request.url).pathname !== PATH) return new Response(null, { status: 404 });
    return request.method === 'POST' ? write(request) : read(request);
  };
  return (request) => metadata(request) ?? route(request);
}

function createHonoApp(api) {
  const app = new Hono();
  const metadata = api.metadata();
  const guarded = (guard, handler) => (c) => guard.wrap(() => handler(c))(c.req.raw);
  app.use(async (c, next) => metadata(c.req.raw) ?? next());
  app.get(
    PATH,
    guarded(api.requireScope('read:analytics'), (c) => {
      return c.json({ client: api.accessToken(c.req.raw).clientId });
    }),
  );
  app.post(
    PATH,
    guarded(api.requireScope('write:analytics'), (c) => c.body(null, 204)),
  );
  return (request) => app.fetch(request);
}

function requestOf(headers) {
  return new Request(`${AUDIENCE}${PATH}`, { headers });
}

/** While the keys are available, a guard decides without a promise. */
async function checkSameTick(api, issuer) {
  const headers = await issuer.bearer({ scope: 'read:analytics' });
  assert.equal(api.requireScope('read:analytics')(requestOf(headers)), undefined);
}

async function checkReplacedRequest(api, issuer) {
  const request = requestOf(await issuer.bearer({ scope: 'read:analytics' }));
  assert.equal(api.requireScope('read:analytics')(request), undefined);
  assert.equal(api.accessToken(request).clientId, 'test-client');
  assert.throws(() => api.accessToken(new Request(request)), {
    name: 'TypeError',
    message: /^no guard /,
  });
}
