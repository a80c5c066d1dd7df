/**
 * The recipe of the migration guide for `.unless({ path })`.
 *
 * @module
 */
// #region public-routes
import { declarePublic, type ResourceServer } from '@scopegate/express';
import express, { type Express } from 'express';

/** Before: `app.use(jwt.unless({ path: ['/health', '/login'] }))`. */
export function createApp(api: ResourceServer): Express {
  const app = express();
  app.get('/health', declarePublic('the load balancer has no token'), (_req, res) => {
    res.json({ ok: true });
  });
  app.post('/login', declarePublic('callers have no token yet'), (_req, res) => {
    res.json({});
  });
  app.use(api.requireAccessToken()); // everything below, and unknown paths
  app.get('/orders', (_req, res) => {
    res.json({ orders: [] });
  });
  return app;
}
// #endregion public-routes
