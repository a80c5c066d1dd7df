/**
 * Express applications with a metadata document, guards, an audit and decision events.
 */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import {
  createResourceServer,
  declarePublic,
  DECISION_CHANNEL,
  expectAllGuarded,
} from '@scopegate/express';
import { createTestIssuer } from '@scopegate/testing';
import express5 from 'express';
import express4 from 'express4';
import { listen, sendOctets } from '../loopback.mjs';

const audience = 'https://api.example.com';
const DOCUMENT = '/.well-known/oauth-protected-resource';

/** @param {import('../checks.mjs').Checks} checks */
export async function checkExpress(checks) {
  await checkVersion(checks, 'Express 4', express4);
  await checkVersion(checks, 'Express 5', express5);
}

async function checkVersion(checks, version, express) {
  const issuer = await createTestIssuer({ alg: 'ES256' });
  const api = createResourceServer({
    ...issuer.options({ audience }),
    scopes: ['read:analytics', 'write:analytics'],
  });
  const app = createApp(express, api);
  const server = await listen(createServer(app));
  const scene = { issuer, api, app, server };
  const check = (name, act) => checks.check(`${version}: ${name}`, act);
  try {
    await check('metadata document', () => checkMetadata(scene));
    await check('decisions and events', () => checkDecisions(scene));
    await check('repeated Authorization header', () => checkRepeatedHeader(scene));
    await check('refusal before the body', () => checkUnreadBody(scene));
    await check('decision in the same tick', () => checkSameTick(scene));
    await check('keys are unavailable', () => checkOutage(scene));
    await check('audit', () => checkAudit(scene, express));
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
  app.get('/v1/sales/analytics', guard, (req, res) => {
    res.json({ client: api.accessToken(req).clientId });
  });
  app.post('/v1/sales/analytics', api.requireScope('write:analytics'), (_req, res) => {
    res.sendStatus(204);
  });
  app.get('/v1/tick', declarePublic('calls a guard itself'), (req, res) => {
    let passed = false;
    guard(req, res, () => (passed = true));
    if (!res.writableEnded) res.json({ passed });
  });
  return app;
}

async function checkMetadata({ issuer, server }) {
  const response = await fetch(`${server.origin}${DOCUMENT}`);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.deepEqual(await response.json(), {
    resource: audience,
    authorization_servers: [issuer.issuer],
    scopes_supported: ['read:analytics', 'write:analytics'],
    bearer_methods_supported: ['header'],
  });
  const preflight = { method: 'OPTIONS', headers: preflightHeaders };
  assert.equal((await fetch(`${server.origin}${DOCUMENT}`, preflight)).status, 204);
}

const preflightHeaders = {
  origin: 'https://app.example.com',
  'access-control-request-method': 'GET',
};

/** Sends a token of each kind, and compares the responses and the events. */
async function checkDecisions({ issuer, server }) {
  const { bearer } = issuer;
  const kinds = [
    ['allowed', { headers: bearer({ scope: 'read:analytics' }) }, 200],
    ['missing_credentials', {}, 401],
    ['expired', { headers: bearer.expired() }, 401],
    ['audience', { headers: bearer.wrongAudience() }, 401],
    ['signature', { headers: bearer.foreignKey() }, 401],
    ['signature', { headers: bearer.tampered() }, 401],
    ['alg', { headers: bearer.algNone() }, 401],
    ['scope', { headers: bearer({ scope: 'write:analytics' }) }, 403],
  ];
  const events = [];
  const record = ({ outcome, reason, route }) => events.push([outcome, reason, route]);
  subscribe(DECISION_CHANNEL, record);
  try {
    for (const [name, request, status] of kinds) {
      const response = await fetch(`${server.origin}/v1/sales/analytics`, await resolved(request));
      assert.equal(response.status, status, name);
      await assertBody(response, name);
    }
  } finally {
    unsubscribe(DECISION_CHANNEL, record);
  }
  const expected = kinds.map(([name]) =>
    name === 'allowed' ? ['allowed', undefined] : ['refused', name],
  );
  assert.deepEqual(
    events,
    expected.map((event) => [...event, '/v1/sales/analytics']),
  );
}

/** `headers` may be a promise, because the issuer signs asynchronously. */
async function resolved({ headers }) {
  return { headers: (await headers) ?? {} };
}

async function assertBody(response, name) {
  assert.equal(response.headers.get('vary'), 'Authorization', name);
  if (response.status === 200) {
    assert.deepEqual(await response.json(), { client: 'test-client' });
    return;
  }
  const problem = await response.json();
  assert.equal(response.headers.get('content-type'), 'application/problem+json', name);
  assert.equal(problem.status, response.status, name);
  const challenge = response.headers.get('www-authenticate');
  assert.match(challenge, /^Bearer realm="https:\/\/api\.example\.com", /, name);
  const document = `resource_metadata="${audience}${DOCUMENT}"`;
  assert.ok(challenge.endsWith(document), `${name}: ${challenge}`);
}

async function checkRepeatedHeader({ issuer, server }) {
  const { authorization } = await issuer.bearer({ scope: 'read:analytics' });
  const line = `Authorization: ${authorization}`;
  const answer = await sendOctets(server, [
    'GET /v1/sales/analytics HTTP/1.1',
    ...['Host: api.example.com', 'Connection: close', line, line, '', ''],
  ]);
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.match(answer, /"?invalid_request"?/);
}

/** The client reads the whole response although the server has not read the body. */
async function checkUnreadBody({ issuer, server }) {
  const response = await fetch(`${server.origin}/v1/sales/analytics`, {
    method: 'POST',
    headers: await issuer.bearer({ scope: 'read:analytics' }),
    body: 'x'.repeat(2_000_000),
  });
  assert.equal(response.status, 403);
  assert.equal((await response.json()).status, 403);
}

/** While the keys are available, a guard calls `next` before it returns. */
async function checkSameTick({ issuer, server }) {
  const headers = await issuer.bearer({ scope: 'read:analytics' });
  const response = await fetch(`${server.origin}/v1/tick`, { headers });
  assert.deepEqual(await response.json(), { passed: true });
}

async function checkOutage({ issuer }) {
  const { authorization } = await issuer.bearer({ scope: 'read:analytics' });
  const unreachable = () => Promise.reject(new Error('unreachable'));
  const api = createResourceServer({ ...issuer.options({ audience }), fetch: unreachable });
  const server = await listen(
    createServer((req, res) => api.requireAccessToken()(req, res, () => res.end())),
  );
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

function checkAudit({ api, app }, express) {
  expectAllGuarded(app);
  const { routes } = api.auditRoutes(app);
  assert.deepEqual(
    routes.map(({ method, path, access }) => `${method} ${path} ${access}`),
    [
      ...['GET', 'HEAD', 'POST'].map((method) => `${method} /v1/sales/analytics guarded`),
      ...['GET', 'HEAD'].map((method) => `${method} /v1/tick public`),
    ],
  );
  const open = express();
  open.get('/v1/forgotten', (_req, res) => res.end());
  assert.throws(() => expectAllGuarded(open), /\/v1\/forgotten/);
}
