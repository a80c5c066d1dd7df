/**
 * Express applications with a metadata document, guards, an audit and decision events.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createResourceServer, declarePublic, expectAllGuarded } from '@scopegate/express';
import { createTestIssuer } from '@scopegate/testing';
import express5 from 'express';
import express4 from 'express4';
import { listen } from '../loopback.mjs';
import { AUDIENCE, checkExchanges, PATH, SCOPES } from './exchanges.mjs';

/** @param {import('../checks.mjs').Checks} checks */
export async function checkExpress(checks) {
  await checkVersion(checks, 'Express 4', express4);
  await checkVersion(checks, 'Express 5', express5);
}

async function checkVersion(checks, version, express) {
  const issuer = await createTestIssuer({ alg: 'ES256' });
  const api = createResourceServer({ ...issuer.options({ audience: AUDIENCE }), scopes: SCOPES });
  const app = createApp(express, api);
  const server = await listen(createServer(app));
  const check = (name, act) => checks.check(`${version}: ${name}`, act);
  try {
    await checkExchanges(check, { issuer, server, route: PATH });
    await check('decision in the same tick', () => checkSameTick(issuer, server));
    await check('keys are unavailable', () => checkOutage(issuer));
    await check('audit', () => checkAudit(api, app, express));
  } finally {
    await server.close();
    api.close();
    await issuer.close();
  }
}

function createApp(express, api) {
  const app = express();
  app.use(api.metadata());
  const guard = api.requireScope('read:analytics');
  app.get(PATH, guard, (req, res) => {
    res.json({ client: api.accessToken(req).clientId });
  });
  app.post(PATH, api.requireScope('write:analytics'), (_req, res) => {
    res.sendStatus(204);
  });
  app.get('/v1/tick', declarePublic('calls a guard itself'), (req, res) => {
    let passed = false;
    guard(req, res, () => (passed = true));
    if (!res.writableEnded) res.json({ passed });
  });
  return app;
}

/** While the keys are available, a guard calls `next` before it returns. */
async function checkSameTick(issuer, server) {
  const headers = await issuer.bearer({ scope: 'read:analytics' });
  const response = await fetch(`${server.origin}/v1/tick`, { headers });
  assert.deepEqual(await response.json(), { passed: true });
}

async function checkOutage(issuer) {
  const { authorization } = await issuer.bearer({ scope: 'read:analytics' });
  const unreachable = () => Promise.reject(new Error('unreachable'));
  const options = issuer.options({ audience: AUDIENCE });
  const api = createResourceServer({ ...options, fetch: unreachable });
  const guard = api.requireAccessToken();
  const server = await listen(createServer((req, res) => guard(req, res, () => res.end())));
  try {
    const response = await fetch(server.origin, { headers: { authorization } });
    assert.equal(response.status, 503);
    assert.ok(Number(response.headers.get('retry-after')) > 0);
    assert.equal(response.headers.get('www-authenticate'), null);
  } finally {
    await server.close();
    api.close();
  }
}

function checkAudit(api, app, express) {
  expectAllGuarded(app);
  const { routes } = api.auditRoutes(app);
  assert.deepEqual(
    routes.map(({ method, path, access }) => `${method} ${path} ${access}`),
    [
      ...['GET', 'HEAD', 'POST'].map((method) => `${method} ${PATH} guarded`),
      ...['GET', 'HEAD'].map((method) => `${method} /v1/tick public`),
    ],
  );
  const open = express();
  open.get('/v1/forgotten', (_req, res) => res.end());
  assert.throws(() => expectAllGuarded(open), /\/v1\/forgotten/);
}
