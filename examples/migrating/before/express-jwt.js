/** The Orders API on express-jwt and jwks-rsa, with express-jwt-permissions for scopes. */
import express from 'express';
import { expressjwt } from 'express-jwt';
import createPermissions from 'express-jwt-permissions';
import jwksRsa from 'jwks-rsa';

export function createApp({ issuer, audience, jwksUri }) {
  const secret = jwksRsa.expressJwtSecret({
    cache: true,
    rateLimit: true,
    jwksRequestsPerMinute: 5,
    jwksUri,
  });
  const options = { secret, issuer, audience, algorithms: ['RS256'] };
  const guard = createPermissions({ requestProperty: 'auth', permissionsProperty: 'scope' });
  const app = express();

  app.get('/health', (req, res) => {
    res.json({ ok: true });
  });
  app.get('/prices', expressjwt({ ...options, credentialsRequired: false }), (req, res) => {
    res.json({ caller: req.auth?.sub ?? null, prices: [] });
  });

  app.use('/v1', expressjwt(options));
  app.get('/v1/orders', (req, res) => {
    res.json({ owner: req.auth.sub, orders: [] });
  });
  app.get('/v1/me', (req, res) => {
    const { sub, client_id: client } = req.auth;
    res.json({ sub, client });
  });
  app.post('/v1/orders', guard.check('write:orders'), (req, res) => {
    res.status(201).json({ order: 1 });
  });

  app.use((error, req, res, next) => {
    if (error.name === 'UnauthorizedError') {
      res.status(error.status).json({ message: error.message });
    } else {
      next(error);
    }
  });
  return app;
}
