/**
 * The Sales Analytics API: one route with a policy on trial, and one whose guard only reports.
 *
 * @module
 */
import {
  createResourceServer,
  declarePublic,
  type ResourceServer,
  type Trust,
} from '@scopegate/express';
import express, { type Express } from 'express';

const SCOPES = ['read:analytics', 'write:analytics', 'admin:analytics', 'inspect:api'] as const;

/** Options of the API. */
export interface SalesApiOptions {
  /** Which tokens are accepted. */
  readonly trust: Trust;
  /**
   * When the guard of `POST /v1/refunds` begins to enforce: an instant such as `'2027-01-15T08:00:00Z'`, at
   * most 90 days ahead.
   */
  readonly refundsGuardedFrom: string;
}

/** The API. */
export interface SalesApi {
  readonly app: Express;
  readonly api: ResourceServer<(typeof SCOPES)[number]>;
}

/** Creates the API. Nothing is fetched yet. */
export function createSalesApi({ trust, refundsGuardedFrom }: SalesApiOptions): SalesApi {
  const api = createResourceServer({
    ...trust,
    name: 'sales',
    scopes: SCOPES,
    // Events, logs and the report on privileges name the clients.
    identifyClients: true,
    // Scopes that a route does not need are counted, and accepted.
    excessScopes: 'report',
  });

  const app = express();
  app.disable('x-powered-by');
  app.use(api.metadata());

  // A stricter policy on trial would refuse tokens that can do more than read. Once the log, the
  // metrics and `scopegate trials` show that no client would be refused, move its members into the policy.
  const read = api.require({
    scope: 'read:analytics',
    trial: { atMost: ['read:analytics'] },
  });
  app.get('/v1/sales/:id', read, (req, res) => {
    res.json({ id: req.params.id, revenue: 96_310 });
  });

  app.post('/v1/sales', api.requireScope('write:analytics'), (_req, res) => {
    res.status(201).json({ created: true });
  });

  // This route had no guard. Until the date, its new guard only reports whom it would refuse; then it enforces.
  const refunds = api.dangerouslyReportOnly(api.requireScope('write:analytics'), {
    until: refundsGuardedFrom,
  });
  const isOpenUntilThen = declarePublic(`guarded from ${refundsGuardedFrom}`);
  app.post('/v1/refunds', isOpenUntilThen, refunds, (_req, res) => {
    res.status(202).json({ accepted: true });
  });

  return { app, api };
}
