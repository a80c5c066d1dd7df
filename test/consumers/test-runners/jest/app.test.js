'use strict';

const { createTokenClient, clientSecretBasic } = require('@scopegate/client');
const { assertProtected, createTestIssuer } = require('@scopegate/testing');
const request = require('supertest');
const { createApp } = require('./app.js');

describe('the sales API', () => {
  let app, api, issuer;

  beforeAll(async () => {
    issuer = await createTestIssuer({ alg: 'ES256', listen: false });
    ({ app, api } = createApp(issuer.options({ audience: 'https://api.example.com' })));
  });

  test('accepts a token with the scope', async () => {
    const headers = issuer.bearer({ scope: 'read:analytics', clientId: 'reports' });
    await request(app).get('/v1/sales/analytics').set(headers).expect(200, { client: 'reports' });
  });

  test('refuses an expired token', async () => {
    const headers = issuer.bearer.expired({ scope: 'read:analytics' });
    await request(app).get('/v1/sales/analytics').set(headers).expect(401);
  });

  test('protects every route', () => assertProtected(app, api, { issuer }));

  // oauth4webapi is an ES module as well.
  test('loads the client', () => {
    expect(typeof createTokenClient).toBe('function');
    expect(typeof clientSecretBasic).toBe('function');
  });
});
