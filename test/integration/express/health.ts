/**
 * The route of docs/deployment.md that shows the state of the keys.
 *
 * @module
 */
// #region health
import type { ResourceServer } from '@scopegate/express';
import type { Express } from 'express';

export function showHealth(app: Express, api: ResourceServer): void {
  app.get('/healthz', api.requireScope('operate'), (_req, res) => {
    const { issuers } = api.health();
    res.json(
      issuers.map(({ issuer, state, keys, ageMs, lastError }) => {
        return { issuer, state, keys, ageMs, lastError: lastError?.message };
      }),
    );
  });
}
// #endregion health
