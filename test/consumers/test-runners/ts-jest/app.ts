import { createResourceServer, type ResourceServer, type Trust } from '@scopegate/express';
import express, { type Express } from 'express';

export function createApp(trust: Trust): { app: Express; api: ResourceServer } {
  const api = createResourceServer({ ...trust, scopes: ['read:analytics'] });
  const app = express();
  app.get('/v1/sales/analytics', api.requireScope('read:analytics'), (req, res) => {
    res.json({ client: api.accessToken(req).clientId });
  });
  return { app, api };
}
