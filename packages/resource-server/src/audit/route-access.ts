/**
 * How a route is protected.
 *
 * @module
 */
import type { GuardPolicy } from '../policy/guard-policy.js';

/**
 * How a route is protected:
 *
 * - `guarded`: a guard refuses every request without a valid token;
 * - `optional`: its guards let requests without a token pass;
 * - `public`: declared by `declarePublic()`;
 * - `open`: not at all, as far as the audit can see.
 */
export type RouteAccess = 'guarded' | 'optional' | 'public' | 'open';

/** Classifies a route by the policies of its guards. */
export function classifyAccess(
  policies: readonly GuardPolicy[],
  publicReason: string | undefined,
): RouteAccess {
  if (policies.some(({ authentication }) => authentication === 'required')) return 'guarded';
  if (policies.length > 0) return 'optional';
  return publicReason === undefined ? 'open' : 'public';
}
