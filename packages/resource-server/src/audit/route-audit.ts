/**
 * How the routes of an application are protected.
 *
 * @module
 */
import type { AuditedRoute } from './audited-route.js';
import type { Exposure } from './route-exposure.js';
import type { AuditedMetadata, AuditedScopes } from './scope-coverage.js';

/**
 * How the routes of an application are protected. Deeply frozen.
 *
 * @example
 * const { routes, exposures } = auditRoutes(app);
 * expect(exposures).toEqual([]);
 * expect(routes.map(({ method, path, access }) => `${method} ${path} ${access}`)).toMatchSnapshot();
 */
export interface RouteAudit {
  /** Every method of every route, in the order they were declared. */
  readonly routes: readonly AuditedRoute[];
  /**
   * Every route that requests without a token reach, although that was not declared. Empty when
   * everything is guarded or declared.
   */
  readonly exposures: readonly Exposure[];
  /** The declared scopes compared with those that routes require. */
  readonly scopes: AuditedScopes;
  /** The published scopes compared with those that routes require; `undefined` without metadata. */
  readonly metadata: AuditedMetadata | undefined;
}
