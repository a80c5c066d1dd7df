/**
 * The Hono application of the README of `@scopegate/web`.
 *
 * @module
 */
// #region hono
import type { Guard } from '@scopegate/web';
import { Hono, type MiddlewareHandler } from 'hono';
import { api, metadata } from './api.js';

export const guard = (check: Guard): MiddlewareHandler => {
  return async (c, next) => {
    const proceed = () => next().then(() => c.res);
    const response = await check.wrap(proceed)(c.req.raw);
    if (c.finalized && response !== c.res) {
      c.res = undefined; // otherwise Hono merges the headers of both
      c.res = response; // a copy, because the headers were immutable
    }
    return response;
  };
};

export const app = new Hono();
app.use(async (c, next) => metadata(c.req.raw) ?? next());
app.use('/v1/*', guard(api.requireAccessToken()));
app.get('/v1/sales/analytics', guard(api.requireScope('read:analytics')), (c) =>
  c.json({ client: api.accessToken(c.req.raw).clientId, rows: [] }),
);
// Hono catches what handlers throw, such as the refusals of `api.assertAllowed()`.
app.onError(async (error, c) => (await api.respondTo(error, c.req.raw)) ?? c.text('Error', 500));
// #endregion hono
