/**
 * The roles of docs/providers.md.
 *
 * @module
 */
// #region roles
import type { AccessTokenClaims, ResourceServer, VerifiedAccessToken } from '@scopegate/express';
import type { Express } from 'express';

/** A condition for `require({ check })`. */
function requireRole(role: string) {
  return {
    name: `role ${role}`, // in the audit, and in decision events
    test: ({ claims }: VerifiedAccessToken) => listRoles(claims).includes(role),
  };
}

/** The roles of a realm of Keycloak. */
function listRoles(claims: AccessTokenClaims): unknown[] {
  const access = claims['realm_access']; // what a claim contains is unknown
  const roles = typeof access === 'object' && access && 'roles' in access ? access.roles : [];
  return Array.isArray(roles) ? roles : [];
}

export function mount(app: Express, api: ResourceServer): void {
  const admin = requireRole('sales-admin');
  app.delete('/v1/sales/:id', api.require({ scope: 'write:sales', check: admin }), (_req, res) => {
    res.sendStatus(204);
  });
}
// #endregion roles
