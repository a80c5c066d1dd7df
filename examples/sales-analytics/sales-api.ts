/**
 * The Sales Analytics API: the resource server, protected by Scopegate.
 *
 * @module
 */
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import express, { type Express } from 'express';

/** The sales of one region. */
export interface SalesRow {
  readonly region: string;
  readonly orders: number;
  readonly revenue: number;
}

/** Options of the API. */
export interface SalesApiOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string;
  /** The identifier of the API: tokens must name it in `aud`. */
  readonly audience: string;
  /** The credentials with which the API asks the authorization server about opaque tokens. */
  readonly introspectionClient: { readonly clientId: string; readonly clientSecret: string };
  /** Reads the sales of every region. */
  readonly readSales: () => readonly SalesRow[];
}

/** The API, and the Scopegate functions that its operator needs. */
export interface SalesApi {
  readonly app: Express;
  readonly api: ResourceServer;
}

/** Creates the API. It does not listen yet, and nothing is fetched yet. */
export function createSalesApi({
  issuer,
  audience,
  introspectionClient: { clientId, clientSecret },
  readSales,
}: SalesApiOptions): SalesApi {
  const api = createResourceServer({
    issuer,
    audience,
    // Its name in decision events and in the inspector, which also show the clients.
    name: 'sales',
    identifyClients: true,
    scopes: ['read:analytics', 'write:analytics', 'admin:analytics'],
    // Tokens may be bound to a key of the client.
    dpop: { algorithms: ['ES256'] },
    // Tokens that are not JWTs are introspected, here for each request, so that a revoked one is refused
    // immediately. By default, a response is used for ten seconds.
    introspection: { tokens: 'both', clientId, clientSecret: () => clientSecret, cacheSeconds: 0 },
  });

  const app = express();
  app.use(api.metadata());

  // A stricter policy on trial: events report whom it would refuse. It never changes a response.
  const read = api.require({ scope: 'read:analytics', trial: { atMost: ['read:analytics'] } });
  app.get('/v1/sales/analytics', read, (req, res) => {
    const token = api.accessToken(req);
    res.json({ client: token.clientId, rows: readSales() });
  });

  // Both scopes are required.
  const readAndWrite = api.requireScope('read:analytics', 'write:analytics');
  app.post('/v1/sales/refresh', readAndWrite, (_req, res) => {
    res.status(202).json({ refreshed: readSales().length });
  });

  // Exports everything, so it accepts only tokens that cannot do anything else.
  const readOnly = api.require({ scope: 'read:analytics', atMost: ['read:analytics'] });
  app.get('/v1/sales/export', readOnly, (_req, res) => {
    res.json(readSales());
  });

  // Cannot be undone, so a stolen token must be worthless: only tokens that are bound to a key.
  const bound = api.require({ scope: 'write:analytics', senderConstraint: 'dpop' });
  app.post('/v1/sales/closing', bound, (_req, res) => {
    res.json({ closed: readSales().length });
  });

  // For users, not for clients that act on their own behalf.
  const users = api.require({ scope: 'read:analytics', principal: 'user' });
  app.get('/v1/sales/mine', users, (req, res) => {
    res.json({ seller: api.accessToken(req).subject, rows: readSales() });
  });

  return { app, api };
}
