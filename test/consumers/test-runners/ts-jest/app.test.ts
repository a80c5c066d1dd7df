import { beforeAll, describe, test } from '@jest/globals';
import { assertProtected, createTestIssuer, type TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { createApp } from './app';

describe('the sales API', () => {
  let sales: ReturnType<typeof createApp>;
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await createTestIssuer({ alg: 'ES256', listen: false });
    sales = createApp(issuer.options({ audience: 'https://api.example.com' }));
  });

  test('accepts a token with the scope', async () => {
    const headers = issuer.bearer({ scope: 'read:analytics', clientId: 'reports' });
    await request(sales.app)
      .get('/v1/sales/analytics')
      .set(headers)
      .expect(200, { client: 'reports' });
  });

  test('refuses an expired token', async () => {
    const headers = issuer.bearer.expired({ scope: 'read:analytics' });
    await request(sales.app).get('/v1/sales/analytics').set(headers).expect(401);
  });

  test('protects every route', () => assertProtected(sales.app, sales.api, { issuer }));
});
