/**
 * The probes of docs/deployment.md.
 *
 * @module
 */
// #region probes
import { declarePublic, type ResourceServer } from '@scopegate/express';
import type { Express } from 'express';

/** Call it before any guard is mounted. */
export function addProbes(app: Express, api: ResourceServer): void {
  app.get('/livez', declarePublic('liveness probe'), (_req, res) => {
    res.sendStatus(200);
  });
  app.get('/readyz', declarePublic('readiness probe'), (_req, res) => {
    api.ready().then(
      () => res.sendStatus(200),
      () => res.sendStatus(503), // without the cause, because anyone can call this
    );
  });
}
// #endregion probes
