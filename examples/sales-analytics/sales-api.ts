/**
 * The Sales Analytics API: the resource server, protected by Scopegate.
 *
 * @module
 */
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import express, { type Express } from 'express';
import type { SalesBook } from './show/sales-book.js';

/** What the API is started with: whose tokens it takes, who it is, what it serves. */
export interface SalesApiOptions {
  /** The authorization server's identifier. */
  readonly issuer: string;
  /** The API's own identifier: tokens must name it in `aud`. */
  readonly audience: string;
  readonly sales: SalesBook;
}

/** The API, and the part of Scopegate that its operator needs. */
export interface SalesApi {
  readonly app: Express;
  readonly api: Pick<ResourceServer, 'ready' | 'health' | 'close'>;
}

/** Makes the API; nothing is fetched and nobody listens yet. */
export function createSalesApi({ issuer, audience, sales }: SalesApiOptions): SalesApi {
  const api = createResourceServer({
    issuer,
    audience,
    scopes: ['read:analytics', 'write:analytics', 'admin:analytics'],
  });

  const app = express();
  app.use(api.metadata());

  app.get('/v1/sales/analytics', api.requireScope('read:analytics'), (req, res) => {
    const token = api.accessToken(req);
    res.json({ client: token.clientId, rows: sales.read() });
  });

  // Both scopes are needed.
  const readAndWrite = api.requireScope('read:analytics', 'write:analytics');
  app.post('/v1/sales/refresh', readAndWrite, (_req, res) => {
    res.status(202).json({ refreshed: sales.read().length });
  });

  // Everything at once: only for tokens that can do nothing else.
  const readOnly = api.require({ scope: 'read:analytics', atMost: ['read:analytics'] });
  app.get('/v1/sales/export', readOnly, (_req, res) => {
    res.json(sales.read());
  });

  // For people, not for services that act for themselves.
  const people = api.require({ scope: 'read:analytics', principal: 'user' });
  app.get('/v1/sales/mine', people, (req, res) => {
    res.json({ seller: api.accessToken(req).subject, rows: sales.read() });
  });

  return { app, api };
}
