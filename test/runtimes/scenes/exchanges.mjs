/**
 * Requests to one API of any front: `GET /v1/sales/analytics` requires `read:analytics`, and
 * `POST /v1/sales/analytics` requires `write:analytics`. The API serves its metadata document.
 */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DECISION_CHANNEL } from '@scopegate/resource-server';
import { sendOctets } from '../loopback.mjs';

/** The audience of the tokens, and the scopes of the API. */
export const AUDIENCE = 'https://api.example.com';
export const SCOPES = ['read:analytics', 'write:analytics'];
/** The path of the routes. */
export const PATH = '/v1/sales/analytics';

const DOCUMENT = '/.well-known/oauth-protected-resource';

/**
 * An API and its authorization server.
 *
 * @typedef {object} Scene
 * @property {import('@scopegate/testing').TestIssuer} issuer
 * @property {{ origin: string, port: number }} server
 * @property {string | undefined} route - The declared path in events, where the front has one.
 */

/**
 * @param {(name: string, act: () => unknown) => Promise<void>} check
 * @param {Scene} scene
 */
export async function checkExchanges(check, scene) {
  await check('metadata document', () => checkMetadata(scene));
  await check('decisions and events', () => checkDecisions(scene));
  await check('repeated Authorization header', () => checkRepeatedHeader(scene));
  await check('refusal before the body', () => checkUnreadBody(scene));
}

async function checkMetadata({ issuer, server }) {
  const response = await fetch(`${server.origin}${DOCUMENT}`);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.deepEqual(await response.json(), {
    resource: AUDIENCE,
    authorization_servers: [issuer.issuer],
    scopes_supported: SCOPES,
    bearer_methods_supported: ['header'],
  });
  const headers = {
    origin: 'https://app.example.com',
    'access-control-request-method': 'GET',
  };
  const preflight = await fetch(`${server.origin}${DOCUMENT}`, { method: 'OPTIONS', headers });
  assert.equal(preflight.status, 204);
}

/** Sends a token of each kind, and compares the responses and the events. */
async function checkDecisions({ issuer, server, route }) {
  const { bearer } = issuer;
  // The functions return objects that also are promises of the headers.
  const kinds = [
    ['allowed', bearer({ scope: 'read:analytics' }), 200],
    ['missing_credentials', {}, 401],
    ['expired', bearer.expired(), 401],
    ['audience', bearer.wrongAudience(), 401],
    ['signature', bearer.foreignKey(), 401],
    ['signature', bearer.tampered(), 401],
    ['alg', bearer.algNone(), 401],
    ['scope', bearer({ scope: 'write:analytics' }), 403],
  ];
  const events = [];
  const record = (event) => events.push([event.outcome, event.reason, event.route]);
  subscribe(DECISION_CHANNEL, record);
  try {
    for (const [name, headers, status] of kinds) {
      const response = await fetch(`${server.origin}${PATH}`, { headers: await headers });
      assert.equal(response.status, status, name);
      await assertResponse(response, name);
    }
  } finally {
    unsubscribe(DECISION_CHANNEL, record);
  }
  const expected = kinds.map(([name]) =>
    name === 'allowed' ? ['allowed', undefined, route] : ['refused', name, route],
  );
  assert.deepEqual(events, expected);
}

async function assertResponse(response, name) {
  assert.equal(response.headers.get('vary'), 'Authorization', name);
  const body = await response.json();
  if (response.status === 200) {
    assert.deepEqual(body, { client: 'test-client' });
    return;
  }
  assert.equal(response.headers.get('content-type'), 'application/problem+json', name);
  assert.equal(body.status, response.status, name);
  const challenge = response.headers.get('www-authenticate');
  assert.ok(challenge.startsWith(`Bearer realm="${AUDIENCE}", `), `${name}: ${challenge}`);
  const document = `resource_metadata="${AUDIENCE}${DOCUMENT}"`;
  assert.ok(challenge.endsWith(document), `${name}: ${challenge}`);
}

async function checkRepeatedHeader({ issuer, server }) {
  const { authorization } = await issuer.bearer({ scope: 'read:analytics' });
  const line = `Authorization: ${authorization}`;
  const answer = await sendOctets(server, [
    `GET ${PATH} HTTP/1.1`,
    ...['Host: api.example.com', 'Connection: close', line, line, '', ''],
  ]);
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.match(answer, /^www-authenticate: Bearer .*error="invalid_request"/im);
}

/** The client reads the whole response although the server has not read the body. */
async function checkUnreadBody({ issuer, server }) {
  const response = await fetch(`${server.origin}${PATH}`, {
    method: 'POST',
    headers: await issuer.bearer({ scope: 'read:analytics' }),
    body: 'x'.repeat(2_000_000),
  });
  assert.equal(response.status, 403);
  assert.equal((await response.json()).status, 403);
}
