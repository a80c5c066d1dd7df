'use strict';

const { before, test } = require('node:test');
const { assertProtected, createTestIssuer } = require('@scopegate/testing');
const request = require('supertest');
const { createApp } = require('./app.js');

let app, api, issuer;

before(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', listen: false });
  ({ app, api } = createApp(issuer.options({ audience: 'https://api.example.com' })));
});

test('accepts a token with the scope', async () => {
  const headers = issuer.bearer({ scope: 'read:analytics', clientId: 'reports' });
  await request(app).get('/v1/sales/analytics').set(headers).expect(200, { client: 'reports' });
});

test('protects every route', () => assertProtected(app, api, { issuer }));
