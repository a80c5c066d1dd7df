/**
 * How one route of an application is protected.
 *
 * @module
 */
import {
  type AuditedRoute as NeutralRoute,
  classifyAccess,
  combinePolicies,
  combineTrials,
  findExposure,
  findLastInstant,
  type SeenHandler,
} from '@scopegate/resource-server/internal';
import type { RouterTree } from '../router/router-entry.js';
import { traceEndpoint, selectMethod } from './endpoint-traces.js';
import { type Endpoint, formatEndpoint } from './endpoints.js';
import { listHandlers } from './request-trace.js';
import { findAccess } from './route-access.js';
import type { Shadow } from './route-shadow.js';

/**
 * One method of one path, and what protects it. Frozen.
 *
 * @example
 * const { routes } = auditRoutes(app);
 * const admin = routes.filter(({ scopes }) => scopes.includes('admin'));
 */
export interface AuditedRoute extends NeutralRoute {
  /** In upper case; `'ALL'` for `app.all()`, and for functions mounted by `app.use()`. */
  readonly method: string;
  /**
   * The path as it was declared, those of its routers first, as in `'/v1/sales/:id'`. A regular
   * expression is written in parentheses, a path that Express does not expose is `(unknown)`, and a
   * function mounted by `app.use('/files', …)` has the path `'/files/*'`.
   */
  readonly path: string;
  /**
   * The names of guards that do not count, because some requests reach the route without them, or
   * because a regular expression in their path may not match every request. `exposure` reports why.
   */
  readonly partialGuards: readonly string[];
  /**
   * The route that answers ordinary requests first, so that neither the guards nor the handlers of this
   * route run; `undefined` when there is none.
   */
  readonly shadowedBy: RouteShadow | undefined;
  /**
   * Concrete paths that lead to the route, as in `['/v1/sales/sample', '/v1/sales/1']`. The routers
   * confirm that they match. Empty when none was found; then a guard counts only if it runs for every
   * path.
   */
  readonly samplePaths: readonly string[];
}

/**
 * A route that answers the requests of another route first. Frozen.
 *
 * @example
 * { route: 'GET /v1/:id', isCertain: true } // when it is mounted before GET /v1/me
 */
export interface RouteShadow {
  /** Its method and path, as in `'GET /v1/:id'`. */
  readonly route: string;
  /**
   * Whether it always answers, because its handler takes no `next`. Otherwise it may pass the request
   * on.
   */
  readonly isCertain: boolean;
}

/** The mounted routers, and the endpoints found in them. */
export interface AuditContext {
  readonly tree: RouterTree<SeenHandler>;
  readonly endpoints: readonly Endpoint[];
}

/** Audits every method of an endpoint that has a handler besides guards and marks. */
export function auditRoute(
  endpoint: Endpoint,
  { tree, endpoints }: AuditContext,
): readonly AuditedRoute[] {
  const methods = listMethods(endpoint);
  if (methods.length === 0) return [];
  const traces = traceEndpoint(tree, endpoint);
  return methods.flatMap(({ method, impliedByGet }) => {
    const access = findAccess(selectMethod(endpoint, traces, method));
    // A HEAD route that comes first has its own row.
    if (impliedByGet && access.isNeverReached) return [];
    const { guards, publicReason, shadow } = access;
    const policies = guards.map(({ policy }) => policy);
    const kind = classifyAccess(policies, publicReason);
    const row: AuditedRoute = {
      method,
      path: formatEndpoint(endpoint),
      access: kind,
      exposure: findExposure(kind, access),
      guards: Object.freeze(guards.map(({ name }) => name)),
      ...combinePolicies(policies),
      trial: combineTrials(policies),
      reportOnlyUntil: findLastInstant(access.reporters),
      partialGuards: Object.freeze(access.partialGuards.map(({ name }) => name)),
      earlyHandlers: Object.freeze([...access.earlyHandlers]),
      publicReason,
      impliedByGet,
      shadowedBy: shadow && createRouteShadow(shadow, method, endpoints),
      samplePaths: Object.freeze([...traces.samplePaths]),
    };
    return [Object.freeze(row)];
  });
}

interface RouteMethod {
  readonly method: string;
  readonly impliedByGet: boolean;
}

function listMethods({ entry }: Endpoint): readonly RouteMethod[] {
  if (entry.kind === 'middleware') return [{ method: 'ALL', impliedByGet: false }];
  const methods = new Set(entry.handlers.map(({ method }) => method ?? 'ALL'));
  return [...methods].flatMap((method) => {
    const handlers = listHandlers(entry, method);
    if (!handlers.some(({ seen }) => seen.kind === 'other')) return [];
    const declared = { method, impliedByGet: false };
    if (method !== 'GET' || methods.has('HEAD')) return [declared];
    return [declared, { method: 'HEAD', impliedByGet: true }];
  });
}

function createRouteShadow(
  { entry, isCertain }: Shadow,
  method: string,
  endpoints: readonly Endpoint[],
): RouteShadow {
  const endpoint = endpoints.find((each) => each.entry === entry);
  const path = endpoint === undefined ? '' : formatEndpoint(endpoint);
  const methods = entry.kind === 'route' ? entry.handlers.map((handler) => handler.method) : [];
  const own = methods.find((each) => each === method || (method === 'HEAD' && each === 'GET'));
  return Object.freeze({ route: `${own ?? 'ALL'} ${path}`, isCertain });
}
