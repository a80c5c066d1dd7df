/**
 * The Orders API, moved from aws-jwt-verify, for access tokens of Amazon Cognito.
 *
 * @module
 */
import { createResourceServer, type Trust } from '@scopegate/express';
import { cognito, type CognitoOptions } from '@scopegate/express/providers';
import express, { type Express } from 'express';

/** A test passes the `fetch` and the clock of its issuer. */
export function createApp(
  pool: CognitoOptions,
  test: Pick<Trust, 'fetch' | 'clock'> = {},
): Express {
  const resource = 'https://orders.example.com';
  const scopes = ['orders/write'] as const;
  const api = createResourceServer({ ...cognito(pool), ...test, resource, scopes });
  const app = express();

  app.get('/health', (_req, res) => {
    res.json({ ok: true });
  });

  app.use('/v1', api.requireAccessToken());
  app.get('/v1/orders', (req, res) => {
    res.json({ owner: api.accessToken(req).subject, orders: [] });
  });
  app.get('/v1/me', (req, res) => {
    const { subject: sub, clientId: client } = api.accessToken(req);
    res.json({ sub, client });
  });
  app.post('/v1/orders', api.requireScope('orders/write'), (_req, res) => {
    res.status(201).json({ order: 1 });
  });
  return app;
}
