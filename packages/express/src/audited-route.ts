/**
 * How one route of an application is protected.
 *
 * @module
 */
import { combinePolicies, type CombinedPolicy } from './audited-policy.js';
import type { GuardPolicy } from './guard-policy.js';
import { findAccess, type Obstacle, type RouteAccess } from './route-access.js';
import { findWays, formatPath, type Place } from './route-places.js';
import { handlersOf } from './route-trace.js';
import type { RouteTree } from './route-walk.js';
import { seeHandler } from './seen-handler.js';

/** One method on one path. */
export interface AuditedRoute extends CombinedPolicy {
  /** In upper case; `'ALL'` for `app.all()` and for handlers mounted by `app.use()`. */
  readonly method: string;
  /**
   * As it was declared, the paths of its routers in front. Expressions stand in parentheses, and what
   * Express does not tell is `(unknown)`.
   */
  readonly path: string;
  readonly access: RouteAccess;
  /** The names of the guards that every request meets first, in that order. */
  readonly guards: readonly string[];
  /** What `declarePublic()` was given. */
  readonly publicReason: string | undefined;
  /** A `HEAD` that Express answers by the handlers of `GET`. RFC 9110 §9.3.2. */
  readonly impliedByGet: boolean;
  /** What answers its requests before it, so that neither its guards nor its handlers are reached. */
  readonly shadowedBy: RouteShadow | undefined;
  /**
   * Paths that lead there, found by asking the routers; placeholders stand for parameters. Empty when
   * none could be found: then a guard counts only if it stands before every path.
   */
  readonly samplePaths: readonly string[];
}

/** A route that comes first. */
export interface RouteShadow {
  /** Its method and path. */
  readonly route: string;
  /** Its handler takes no `next` and so answers for sure; otherwise it may. */
  readonly isCertain: boolean;
}

/** Middleware that nobody can look into: it may answer, or check a token of its own. */
export interface UnseenMiddleware {
  /** The name of its function; `''` when it has none. */
  readonly name: string;
  readonly path: string;
  /** A guard that needs a token stands before it. */
  readonly isGuarded: boolean;
}

/** Tells of every method of a place how it is protected; nothing of a place that ends no request. */
export function auditPlace(
  tree: readonly RouteTree[],
  place: Place,
  places: readonly Place[],
): readonly AuditedRoute[] {
  return methodsOf(place).flatMap(({ method, impliedByGet }) => {
    const { samples, traces } = findWays(tree, place, method);
    const { guards, publicReason, obstacle } = findAccess(place.node, traces);
    // An explicit HEAD route that comes first has a row of its own.
    if (impliedByGet && obstacle?.isCertain === true) return [];
    const policies = guards.map(({ policy }) => policy);
    const row: AuditedRoute = {
      method,
      path: formatPlace(place),
      access: accessOf(policies, publicReason),
      guards: Object.freeze(guards.map(({ name }) => name)),
      ...combinePolicies(policies),
      publicReason,
      impliedByGet,
      shadowedBy: obstacle && describeShadow(obstacle, method, places),
      samplePaths: Object.freeze(samples),
    };
    return [Object.freeze(row)];
  });
}

interface PlaceMethod {
  readonly method: string;
  readonly impliedByGet: boolean;
}

/** The methods for which a place has a handler beside guards and marks. */
function methodsOf(place: Place): readonly PlaceMethod[] {
  const { node } = place;
  if (node.kind === 'middleware') {
    return isEndpoint(place) ? [{ method: 'ALL', impliedByGet: false }] : [];
  }
  const methods = new Set(node.handlers.map(({ method }) => method ?? 'ALL'));
  return [...methods].flatMap((method) => {
    const handlers = handlersOf(node, method);
    if (!handlers.some(({ handle }) => seeHandler(handle).kind === 'other')) return [];
    const own = { method, impliedByGet: false };
    if (method !== 'GET' || methods.has('HEAD')) return [own];
    return [own, { method: 'HEAD', impliedByGet: true }];
  });
}

/**
 * Says whether a function mounted by `use()` is where requests end.
 *
 * One that stands last and takes what nobody has taken is no route: it tells that there is none.
 */
function isEndpoint({ node, paths, isLast }: Place): boolean {
  if (node.kind !== 'middleware') return false;
  const seen = seeHandler(node.handle);
  return seen.kind === 'other' && seen.answers && !(isLast && paths.at(-1) === '/');
}

/** Looks at middleware that cannot be looked into; `undefined` for what can. */
export function findUnseen(tree: readonly RouteTree[], place: Place): UnseenMiddleware | undefined {
  const { node } = place;
  if (node.kind !== 'middleware' || isEndpoint(place)) return undefined;
  if (seeHandler(node.handle).kind !== 'other') return undefined;
  const { guards } = findAccess(node, findWays(tree, place, 'ALL').traces);
  return Object.freeze({
    name: node.name,
    path: formatPath(place.paths),
    isGuarded: guards.some(({ policy }) => policy.authentication === 'required'),
  });
}

/** What `use()` mounts takes everything beneath its path. */
function formatPlace({ node, paths }: Place): string {
  const path = formatPath(paths);
  return node.kind === 'middleware' ? `${path.replace(/\/$/, '')}/*` : path;
}

function accessOf(policies: readonly GuardPolicy[], publicReason: string | undefined): RouteAccess {
  if (policies.some(({ authentication }) => authentication === 'required')) return 'guarded';
  if (policies.length > 0) return 'optional';
  return publicReason === undefined ? 'open' : 'public';
}

function describeShadow(
  { node, isCertain }: Obstacle,
  method: string,
  places: readonly Place[],
): RouteShadow {
  const place = places.find((each) => each.node === node);
  const path = place === undefined ? '' : formatPlace(place);
  const methods = node.kind === 'route' ? node.handlers.map((handler) => handler.method) : [];
  const own = methods.find((each) => each === method || (method === 'HEAD' && each === 'GET'));
  return Object.freeze({ route: `${own ?? 'ALL'} ${path}`, isCertain });
}

/**
 * Says whether a route is but the `HEAD` of a `GET`, and protected in the same way.
 *
 * @param before - The route in front of it in the audit.
 */
export function isMereHead(route: AuditedRoute, before: AuditedRoute | undefined): boolean {
  if (!route.impliedByGet || before === undefined) return false;
  return (
    before.access === route.access &&
    before.guards.join() === route.guards.join() &&
    before.scopes.join() === route.scopes.join()
  );
}
