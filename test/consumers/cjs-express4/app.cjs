'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const express = require('express');
const { createResourceServer } = require('@scopegate/express');
const { createTestIssuer } = require('@scopegate/testing');

const audience = 'https://api.example.com';

async function main() {
  assert.match(require('express/package.json').version, /^4\./);
  await assertOneCopy(['protocol', 'access-token', 'express', 'client', 'testing']);

  const issuer = await createTestIssuer();
  const api = createResourceServer({ ...issuer.options({ audience }), realm: 'sales' });
  const app = express();
  app.get('/v1/sales/analytics', api.requireScope('read:analytics'), (req, res) => {
    res.json({ client: api.accessToken(req).clientId });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await assertProtected(`http://127.0.0.1:${server.address().port}/v1/sales/analytics`, issuer);
  } finally {
    api.close();
    server.close();
    await issuer.close();
  }
}

async function assertProtected(url, issuer) {
  const claims = { audience, scope: 'read:analytics' };

  const good = await call(url, await issuer.mint({ ...claims, clientId: 'nightly-report' }));
  assert.equal(good.status, 200);
  assert.deepEqual(await good.json(), { client: 'nightly-report' });

  const expired = await call(url, await issuer.forge.expired(claims));
  assert.equal(expired.status, 401);
  assert.equal(
    expired.headers.get('www-authenticate'),
    'Bearer realm="sales", error="invalid_token", error_description="the access token has expired", scope="read:analytics"',
  );

  const anonymous = await call(url);
  assert.equal(anonymous.status, 401);
  assert.equal(
    anonymous.headers.get('www-authenticate'),
    'Bearer realm="sales", scope="read:analytics"',
  );
}

function call(url, token) {
  return fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

/** `require` and `import` return the same classes: an error of one is an instance for the other. */
async function assertOneCopy(names) {
  for (const name of names) {
    const required = require(`@scopegate/${name}`);
    const imported = await import(`@scopegate/${name}`);
    assert.notEqual(Object.keys(imported).length, 0);
    for (const key of Object.keys(imported)) assert.equal(required[key], imported[key]);
  }
}

main().then(() => console.log('ok'));
