import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { auth0 } from '@scopegate/access-token/providers';
import { createTokenClient } from '@scopegate/client';
import { createResourceServer } from '@scopegate/express';
import { auth0 as reexported } from '@scopegate/express/providers';
import { InvalidTokenError } from '@scopegate/protocol';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import express from 'express';

const audience = 'https://api.example.com';

async function main(): Promise<void> {
  const issuer = await createTestIssuer();
  const api = createResourceServer({
    ...issuer.options({ audience }),
    scopes: ['read:analytics', 'write:analytics'],
    realm: 'sales',
    onRefusal: (error, _req: express.Request, res: express.Response) => {
      res
        .set(error.headers)
        .status(error.status)
        .json({ known: error instanceof InvalidTokenError });
    },
  });
  const app = express();
  app.get('/v1/sales/analytics', api.requireScope('read:analytics'), (req, res) => {
    const { clientId, scopes } = api.accessToken(req);
    res.json({ client: clientId, scopes: [...scopes] });
  });
  assert.equal(reexported, auth0);
  // @ts-expect-error: not in the vocabulary that the API declares
  assert.throws(() => api.requireScope('read:analytic'), TypeError);

  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await assertProtected(`http://127.0.0.1:${port}/v1/sales/analytics`, issuer);
  } finally {
    api.close();
    server.close();
    await issuer.close();
  }
}

async function assertProtected(url: string, issuer: TestIssuer): Promise<void> {
  const claims = { audience, scope: 'read:analytics' };

  const good = await call(url, await issuer.mint({ ...claims, clientId: 'nightly-report' }));
  assert.equal(good.status, 200);
  assert.deepEqual(await good.json(), { client: 'nightly-report', scopes: ['read:analytics'] });

  const expired = await call(url, await issuer.forge.expired(claims));
  assert.equal(expired.status, 401);
  assert.deepEqual(await expired.json(), { known: true });
  assert.equal(
    expired.headers.get('www-authenticate'),
    'Bearer realm="sales", error="invalid_token", error_description="the access token has expired", scope="read:analytics"',
  );

  const anonymous = await call(url);
  assert.equal(anonymous.status, 401);
  assert.deepEqual(await anonymous.json(), { known: false });
  assert.equal(
    anonymous.headers.get('www-authenticate'),
    'Bearer realm="sales", scope="read:analytics"',
  );
}

function call(url: string, token?: string): Promise<Response> {
  return fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

assert.equal(typeof createTokenClient, 'function');
void main().then(() => {
  console.log('ok');
});
