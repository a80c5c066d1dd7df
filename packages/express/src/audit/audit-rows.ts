/**
 * How one route of an application is protected.
 *
 * @module
 */
import { combinePolicies, type CombinedPolicy } from './combined-policy.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import { findWays, traceWays } from './place-requests.js';
import { findAccess, isRequired, type Obstacle, type RouteAccess } from './route-access.js';
import { formatPath, type Place } from './endpoints.js';
import { handlersOf, isSamePlace } from './request-trace.js';
import type { MiddlewareNode, RouteTree } from '../router/route-walk.js';
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
  /**
   * The names of guards that do not count, because some requests come to the route without meeting
   * them, or because an expression in their path does not tell.
   */
  readonly partialGuards: readonly string[];
  /** The names of handlers of the route in front of its first guard: they run for every caller. */
  readonly earlyHandlers: readonly string[];
  /** What `declarePublic()` was given. Beside a guard that needs a token it changes nothing. */
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

/** Middleware that cannot be looked into: it may answer, or check a token of its own. */
export interface UnseenMiddleware {
  /** The name of its function; `''` when it has none. */
  readonly name: string;
  readonly path: string;
  /**
   * It is mounted on a path, or the last of a router that is, and so may be where requests end.
   * Without one it is taken to pass requests on, as parsers and loggers do.
   */
  readonly hasOwnPath: boolean;
  /** A guard that needs a token stands in front of it. */
  readonly isGuarded: boolean;
  /** What `declarePublic()` was given. */
  readonly publicReason: string | undefined;
  /**
   * A guard that needs a token follows in the same router on the same path, with nothing between them
   * that is mounted elsewhere or answers: it runs for every caller, as CORS and parsers have to.
   */
  readonly isBeforeGuard: boolean;
  /** Whether the option `ignoreUnseen` names it. */
  readonly isIgnored: boolean;
  /** Paths that lead there, found by asking the routers; empty when none could be found. */
  readonly samplePaths: readonly string[];
}

/** Tells of every method of a place how it is protected; nothing of a place that ends no request. */
export function auditPlace(
  tree: readonly RouteTree[],
  place: Place,
  places: readonly Place[],
): readonly AuditedRoute[] {
  const methods = methodsOf(place);
  if (methods.length === 0) return [];
  const ways = findWays(tree, place);
  return methods.flatMap(({ method, impliedByGet }) => {
    const facts = findAccess(traceWays(place, ways, method));
    const { guards, publicReason, obstacle } = facts;
    // An explicit HEAD route that comes first has a row of its own.
    if (impliedByGet && facts.isNeverReached) return [];
    const policies = guards.map(({ policy }) => policy);
    const row: AuditedRoute = {
      method,
      path: formatPlace(place),
      access: accessOf(policies, publicReason),
      guards: Object.freeze(guards.map(({ name }) => name)),
      ...combinePolicies(policies),
      partialGuards: Object.freeze(facts.partialGuards.map(({ name }) => name)),
      earlyHandlers: Object.freeze(facts.earlyHandlers),
      publicReason,
      impliedByGet,
      shadowedBy: obstacle && describeShadow(obstacle, method, places),
      samplePaths: Object.freeze(ways.samples),
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
 * Whether a function mounted by `use()` is where requests end.
 *
 * One that takes what no other has taken is not a route: it answers that there is none.
 */
function isEndpoint({ node, isFallback }: Place): boolean {
  if (node.kind !== 'middleware') return false;
  const seen = seeHandler(node.handle);
  return seen.kind === 'other' && seen.answers && !isFallback;
}

/**
 * Looks at middleware that cannot be looked into; `undefined` for what can.
 *
 * @param ignored - Names of middleware that is known to be harmless.
 */
export function findUnseen(
  tree: readonly RouteTree[],
  place: Place,
  ignored: readonly string[],
): UnseenMiddleware | undefined {
  const { node, paths, isLast, isFallback } = place;
  if (node.kind !== 'middleware' || isEndpoint(place)) return undefined;
  if (seeHandler(node.handle).kind !== 'other') return undefined;
  const ways = findWays(tree, place);
  const { guards, publicReason } = findAccess(traceWays(place, ways, 'ALL'));
  const path = formatPath(paths);
  // In a list with others, the root is one of the paths that were named.
  const isMounted = node.paths.some((each) => each !== '/') || (isLast && path !== '/');
  const { name } = node;
  return Object.freeze({
    name,
    path,
    hasOwnPath: isMounted && !isFallback,
    isGuarded: guards.some(isRequired),
    isBeforeGuard: isBeforeGuard(tree, place.chain, node),
    publicReason,
    isIgnored: ignored.includes(describeUnseen({ name, path })),
    samplePaths: Object.freeze(ways.samples),
  });
}

/** Whether what a function hands on meets a guard in the same router, and nothing that answers. */
function isBeforeGuard(
  tree: readonly RouteTree[],
  chain: Place['chain'],
  node: MiddlewareNode,
): boolean {
  const router = chain.at(-2);
  const siblings = router?.kind === 'mount' ? router.nodes : tree;
  for (const next of siblings.slice(siblings.indexOf(node) + 1)) {
    if (next.kind !== 'middleware' || !isSamePlace(next, node)) return false;
    const seen = seeHandler(next.handle);
    if (seen.kind === 'metadata' || (seen.kind === 'other' && seen.answers)) return false;
    if (seen.kind === 'guard' && isRequired(seen)) return true;
  }
  return false;
}

/** Writes middleware as findings name it. */
export function describeUnseen({ name, path }: Pick<UnseenMiddleware, 'name' | 'path'>): string {
  return `${name === '' ? 'a function' : name}${path === '/' ? '' : ` on ${path}`}`;
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
 * Whether a route is but the `HEAD` of a `GET`, and protected in the same way.
 *
 * @param before - The route in front of it in the audit.
 */
export function isMereHead(route: AuditedRoute, before: AuditedRoute | undefined): boolean {
  if (!route.impliedByGet || before === undefined) return false;
  return (
    before.access === route.access &&
    before.publicReason === route.publicReason &&
    before.earlyHandlers.join() === route.earlyHandlers.join() &&
    before.guards.join() === route.guards.join() &&
    before.scopes.join() === route.scopes.join()
  );
}
