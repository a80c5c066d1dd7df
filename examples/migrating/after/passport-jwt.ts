/**
 * The Orders API, moved from passport-jwt and jwks-rsa. It loads the user of each token.
 *
 * @module
 */
import { createResourceServer, InsufficientScopeError, type Trust } from '@scopegate/express';
import express, { type Express, type Response } from 'express';

/** The users, instead of a database. */
const USERS = new Map([['ann', { id: 'ann', role: 'buyer' }]]);

/** A response to a request with a loaded user. */
type UserResponse = Response<unknown, { user: { id: string; role: string } }>;

export function createApp(trust: Trust): Express {
  const api = createResourceServer({ ...trust, algorithms: ['RS256'], scopes: ['write:orders'] });
  const app = express();

  app.get('/health', (_req, res) => {
    res.json({ ok: true });
  });
  app.get('/prices', api.optionalAccessToken(), (req, res) => {
    res.json({ caller: api.accessTokenIfAny(req)?.subject ?? null, prices: [] });
  });

  app.use('/v1', api.requireAccessToken(), (req, res: UserResponse, next) => {
    const user = USERS.get(api.accessToken(req).subject ?? '');
    if (user === undefined) throw new InsufficientScopeError('check');
    res.locals.user = user;
    next();
  });
  app.get('/v1/orders', (_req, res: UserResponse) => {
    res.json({ owner: res.locals.user.id, orders: [] });
  });
  app.get('/v1/me', (req, res: UserResponse) => {
    const { id, role } = res.locals.user;
    res.json({ sub: id, role, client: api.accessToken(req).clientId });
  });
  app.post('/v1/orders', api.requireScope('write:orders'), (_req, res) => {
    res.status(201).json({ order: 1 });
  });

  app.use(api.errorHandler());
  return app;
}
