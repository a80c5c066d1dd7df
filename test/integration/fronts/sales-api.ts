/**
 * An API with a route for each kind of guard.
 *
 * @module
 */
import { allOf, anyOf } from '@scopegate/express';
import type { FrontApp, FrontHandler, FrontResourceServer } from '../../support/fronts/front.js';

/** Answers 200 with a JSON body. */
export function json(value: unknown): ReturnType<FrontHandler> {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

/** Declares the API. Its handlers answer with the client of the token. */
export function declareSalesApi(app: FrontApp, api: FrontResourceServer): void {
  const handler: FrontHandler = ({ method, original }) =>
    json({ method, client: api.accessTokenIfAny(original)?.clientId ?? null });
  app.publish(api.metadata());
  app.get('/open', ({ method }) => json({ method }));
  app.all('/sales', api.requireScope('read'), handler);
  app.get('/any', api.requireAnyScope('write', 'read'), handler);
  app.get('/nested', api.require({ scope: allOf('read', anyOf('eu', 'us')) }), handler);
  app.get('/limited', api.require({ scope: 'read', atMost: ['read', 'eu'] }), handler);
  app.get('/users', api.require({ principal: 'user' }), handler);
  app.get('/clients', api.require({ scope: 'read', principal: 'client' }), handler);
  const check = { name: 'own region', test: ({ scopes }: CheckedToken) => scopes.has('eu') };
  app.get('/checked', api.require({ scope: 'read', check }), handler);
  app.get('/token', api.requireAccessToken(), handler);
  app.get('/optional', api.optionalAccessToken(), handler);
  app.guard('/stacked', api.requireAccessToken());
  app.get('/stacked/read', handler);
  app.get('/stacked/write', api.requireScope('write'), handler);
  app.get('/twice', api.optionalAccessToken(), api.requireScope('read'), handler);
}

interface CheckedToken {
  readonly scopes: ReadonlySet<string>;
}
