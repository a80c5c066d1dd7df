/**
 * The step of the migration guide in which the old middleware enforces and guards report.
 *
 * @module
 */
// #region side-by-side
import type { ResourceServer } from '@scopegate/express';
import type { RequestHandler, Router } from 'express';

/** What reports, and until when, such as `'2026-12-15T08:00:00Z'`: at most 90 days ahead. */
export interface Reporting {
  readonly api: ResourceServer<'write:orders'>;
  readonly until: string;
}

export function guardTwice(v1: Router, old: RequestHandler, { api, until }: Reporting): void {
  v1.use(old); // still decides; what it refuses is not reported
  v1.use(api.dangerouslyReportOnly(api.requireAccessToken(), { until }));
  v1.post('/orders', api.dangerouslyReportOnly(api.requireScope('write:orders'), { until }));
}
// #endregion side-by-side
