/** The Orders API on jose, with middleware that its team wrote. */
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';

export function createApp({ issuer, audience, jwksUri }) {
  const jwks = createRemoteJWKSet(new URL(jwksUri));
  const app = express();

  app.get('/health', (req, res) => {
    res.json({ ok: true });
  });

  app.use('/v1', async (req, res, next) => {
    const header = req.headers.authorization;
    if (!header?.startsWith('Bearer ')) {
      return res.status(401).json({ error: 'Missing or invalid Authorization header' });
    }
    try {
      const token = header.split(' ')[1];
      const { payload } = await jwtVerify(token, jwks, { issuer, audience });
      req.user = payload;
    } catch {
      return res.status(401).json({ error: 'Invalid token' });
    }
    next();
  });
  app.get('/v1/orders', (req, res) => {
    res.json({ owner: req.user.sub, orders: [] });
  });
  app.get('/v1/me', (req, res) => {
    const { sub, client_id: client } = req.user;
    res.json({ sub, client });
  });
  app.post('/v1/orders', requireScope('write:orders'), (req, res) => {
    res.status(201).json({ order: 1 });
  });
  return app;
}

function requireScope(scope) {
  return (req, res, next) => {
    if (req.user.scope?.includes(scope)) next();
    else res.status(403).json({ error: 'Insufficient permissions' });
  };
}
