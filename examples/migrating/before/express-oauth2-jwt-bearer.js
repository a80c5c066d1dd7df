/** The Orders API on express-oauth2-jwt-bearer. Its errors go to the error handling of Express. */
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';

export function createApp({ issuer, audience }) {
  const options = { issuerBaseURL: issuer, audience, tokenSigningAlg: 'RS256' };
  const app = express();

  app.get('/health', (req, res) => {
    res.json({ ok: true });
  });
  app.get('/prices', auth({ ...options, authRequired: false }), (req, res) => {
    res.json({ caller: req.auth?.payload.sub ?? null, prices: [] });
  });

  app.use('/v1', auth(options));
  app.get('/v1/orders', (req, res) => {
    res.json({ owner: req.auth.payload.sub, orders: [] });
  });
  app.get('/v1/me', (req, res) => {
    const { sub, client_id: client } = req.auth.payload;
    res.json({ sub, client });
  });
  app.post('/v1/orders', requiredScopes('write:orders'), (req, res) => {
    res.status(201).json({ order: 1 });
  });
  return app;
}
