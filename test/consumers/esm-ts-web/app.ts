import assert from 'node:assert/strict';
import { assertProtected, createTestIssuer } from '@scopegate/testing';
import { createResourceServer } from '@scopegate/web';

const issuer = await createTestIssuer({ listen: false });
const api = createResourceServer({
  ...issuer.options({ audience: 'https://api.example.com' }),
  scopes: ['read:analytics'],
});
const readSales = api.requireScope('read:analytics');
const serve: (request: Request, year: number) => Response | Promise<Response> = readSales.wrap(
  (request: Request, year: number) =>
    Response.json({ client: api.accessToken(request).clientId, year }),
);
const fetch = (request: Request): Response | Promise<Response> => serve(request, 2026);

const headers = issuer.bearer({ scope: 'read:analytics', clientId: 'nightly-report' });
const response = await fetch(new Request('https://api.example.com/v1/sales', { headers }));
assert.equal(response.headers.get('vary'), 'Authorization');
assert.deepEqual(await response.json(), { client: 'nightly-report', year: 2026 });
await assertProtected({ fetch }, { 'GET /v1/sales': readSales }, { issuer });
console.log('ok');
