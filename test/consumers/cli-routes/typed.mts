import { createResourceServer } from '@scopegate/express';
import express, { type Express } from 'express';

enum Scope {
  Read = 'read:analytics',
}

export function createApp(trust: { issuer: string; audience: string }): Express {
  const app = express();
  const api = createResourceServer(trust);
  app.get('/v1/sales', api.requireScope(Scope.Read), (_req, res) => void res.json([]));
  return app;
}
