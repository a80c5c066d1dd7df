/** The Orders API on aws-jwt-verify, for access tokens of Amazon Cognito. */
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import express from 'express';

/** A test passes a cache that reaches the keys of its issuer; by default they are fetched from AWS. */
export function createApp({ userPoolId, clientId, jwksCache }) {
  const verifier = CognitoJwtVerifier.create(
    { userPoolId, clientId, tokenUse: 'access' },
    { jwksCache },
  );
  const requireToken = (properties) => async (req, res, next) => {
    const token = req.headers.authorization?.split(' ')[1];
    if (!token) return res.status(401).json({ message: 'No token provided' });
    try {
      req.user = await verifier.verify(token, properties);
    } catch {
      return res.status(401).json({ message: 'Invalid token' });
    }
    next();
  };
  const app = express();

  app.get('/health', (req, res) => {
    res.json({ ok: true });
  });

  app.use('/v1', requireToken({}));
  app.get('/v1/orders', (req, res) => {
    res.json({ owner: req.user.sub, orders: [] });
  });
  app.get('/v1/me', (req, res) => {
    const { sub, client_id: client } = req.user;
    res.json({ sub, client });
  });
  app.post('/v1/orders', requireToken({ scope: 'orders/write' }), (req, res) => {
    res.status(201).json({ order: 1 });
  });
  return app;
}
