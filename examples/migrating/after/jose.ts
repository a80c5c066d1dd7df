/**
 * The Orders API, moved from jose.
 *
 * @module
 */
import { createResourceServer, type Trust } from '@scopegate/express';
import express, { type Express } from 'express';

export function createApp(trust: Trust): Express {
  const api = createResourceServer({ ...trust, scopes: ['write:orders'] });
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
  app.post('/v1/orders', api.requireScope('write:orders'), (_req, res) => {
    res.status(201).json({ order: 1 });
  });
  return app;
}
