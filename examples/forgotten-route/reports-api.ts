/**
 * The Reports API. One of its routes has no guard.
 *
 * @module
 */
import {
  createResourceServer,
  declarePublic,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import express, { type Express, type Router } from 'express';

const SCOPES = ['read:reports', 'write:reports'] as const;

type Scope = (typeof SCOPES)[number];

/** The API, and the resource server that guards it. */
export interface ReportsApi {
  readonly app: Express;
  readonly api: ResourceServer<Scope>;
}

/** Creates the API. It does not listen yet, and nothing is fetched yet. */
export function createReportsApi(trust: ResourceServerOptions): ReportsApi {
  const api = createResourceServer({ ...trust, scopes: SCOPES });
  const app = express();
  app.use(api.metadata());
  app.get('/health', declarePublic('the load balancer has no token'), (_req, res) => {
    res.json({ ok: true });
  });
  app.use('/v1/reports', createReportsRouter(api));
  return { app, api };
}

function createReportsRouter(api: ResourceServer<Scope>): Router {
  const router = express.Router();
  router.get('/', api.requireScope('read:reports'), (_req, res) => {
    res.json({ reports: ['2026-01'] });
  });
  const writeOnly = api.require({ scope: 'write:reports', atMost: ['write:reports'] });
  router.post('/', writeOnly, (_req, res) => {
    res.status(201).json({ report: '2026-02' });
  });
  // The forgotten route: it has no guard.
  router.get('/:id/download', (req, res) => {
    res.json({ report: req.params.id, rows: [] });
  });
  return router;
}
