/**
 * The recipe of the migration guide for checks of claims on one route.
 *
 * @module
 */
// #region claim-checks
import type { AccessTokenClaims, ResourceServer, RouteCheck } from '@scopegate/express';
import type { RequestHandler, Router } from 'express';

/** `claimEquals(claim, value)`. */
function claimEquals(claim: string, value: unknown): RouteCheck<AccessTokenClaims> {
  return { name: `${claim} equals`, test: ({ claims }) => claims[claim] === value };
}

/** `claimIncludes(claim, …values)`: all of them. */
function claimIncludes(claim: string, ...values: string[]): RouteCheck<AccessTokenClaims> {
  return {
    name: `${claim} includes`,
    test({ claims }) {
      const found: unknown = claims[claim];
      const list: unknown = typeof found === 'string' ? found.split(' ') : found;
      return Array.isArray(list) && values.every((value) => list.includes(value));
    },
  };
}

export function mountReports(
  v1: Router,
  api: ResourceServer<string, AccessTokenClaims>,
  list: RequestHandler,
): void {
  v1.get('/reports', api.require({ check: claimEquals('org_id', 'acme') }), list);
  v1.get('/audit', api.require({ check: claimIncludes('groups', 'auditors', 'staff') }), list);
}
// #endregion claim-checks
