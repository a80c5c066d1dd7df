/**
 * Middleware that the audit cannot inspect.
 *
 * @module
 */
import type { MiddlewareEntry, RouterTree } from '../router/router-entry.js';
import { selectMethod, traceEndpoint } from './endpoint-traces.js';
import { type Endpoint, formatPath } from './endpoints.js';
import { hasSamePaths } from './request-trace.js';
import { findAccess } from './route-access.js';
import { isFinal, isRequired, type SeenHandler } from '@scopegate/resource-server/internal';

/**
 * Middleware that the audit cannot inspect: it may answer, or verify tokens in its own way. Frozen.
 *
 * @example
 * const { unseen } = auditRoutes(app);
 * unseen.filter(({ isGuarded }) => !isGuarded).map(({ name, path }) => `${name} on ${path}`)
 */
export interface UnseenMiddleware {
  /** The name of its function, as in `'serveStatic'`; `''` when it has none. */
  readonly name: string;
  /** The path as it was declared, those of its routers first, as in `'/files'`. */
  readonly path: string;
  /**
   * Whether it may answer, because it is mounted on a path, or is the last function of a router that
   * is. Otherwise the audit assumes that it passes requests on, as parsers and loggers do.
   */
  readonly hasOwnPath: boolean;
  /** Whether a guard that requires a token runs before it on every path that leads there. */
  readonly isGuarded: boolean;
  /** The reason that `declarePublic()` was given; `undefined` without a declaration. */
  readonly publicReason: string | undefined;
  /**
   * Whether a guard that requires a token follows in the same router on the same path, with nothing
   * between them that answers or has another path. The middleware then runs for every caller, as CORS
   * and parsers must, and is not an exposure.
   */
  readonly isBeforeGuard: boolean;
  /** Whether the option `ignoreUnseen` names it. */
  readonly isIgnored: boolean;
  /** Concrete paths that lead to it, confirmed by the routers; empty when none was found. */
  readonly samplePaths: readonly string[];
}

/** Audits middleware that cannot be inspected. */
export function auditUnseen(
  endpoint: Endpoint & { readonly entry: MiddlewareEntry<SeenHandler> },
  tree: RouterTree<SeenHandler>,
  ignored: readonly string[],
): UnseenMiddleware {
  const { entry, isLast, isFallback } = endpoint;
  const traces = traceEndpoint(tree, endpoint);
  const { guards, publicReason } = findAccess(selectMethod(endpoint, traces, 'ALL'));
  const { name } = entry;
  const path = formatPath(endpoint.path);
  // In an array with other paths, `/` was declared on purpose.
  const isMounted = entry.paths.some((each) => each !== '/') || (isLast && path !== '/');
  return Object.freeze({
    name,
    path,
    hasOwnPath: isMounted && !isFallback,
    isGuarded: guards.some(isRequired),
    isBeforeGuard: isBeforeGuard(entry, findSiblings(endpoint, tree)),
    publicReason,
    isIgnored: ignored.includes(formatUnseen({ name, path })),
    samplePaths: Object.freeze([...traces.samplePaths]),
  });
}

/** Whether middleware may answer requests without a token, and no `declarePublic()` declares that. */
export function isExposed(unseen: UnseenMiddleware): boolean {
  const { hasOwnPath, isGuarded, isBeforeGuard, publicReason } = unseen;
  return hasOwnPath && !isGuarded && !isBeforeGuard && publicReason === undefined;
}

/**
 * Writes the name and the path of middleware as findings and the option `ignoreUnseen` do.
 *
 * @example
 * formatUnseen({ name: 'serveStatic', path: '/files' }) // 'serveStatic on /files'
 */
export function formatUnseen({ name, path }: Pick<UnseenMiddleware, 'name' | 'path'>): string {
  return `${name === '' ? 'a function' : name}${path === '/' ? '' : ` on ${path}`}`;
}

/** Finds the router that an endpoint is mounted on. */
function findSiblings({ path }: Endpoint, tree: RouterTree<SeenHandler>): RouterTree<SeenHandler> {
  const router = path.at(-2)?.entry;
  return router?.kind === 'mount' ? router.tree : tree;
}

/** Whether a guard follows a function in the same router, with nothing between them that answers. */
function isBeforeGuard(
  entry: MiddlewareEntry<SeenHandler>,
  siblings: RouterTree<SeenHandler>,
): boolean {
  for (const next of siblings.slice(siblings.indexOf(entry) + 1)) {
    if (next.kind !== 'middleware' || !hasSamePaths(next, entry)) return false;
    const { seen } = next.handler;
    if (seen.kind === 'metadata' || isFinal(seen)) return false;
    if (seen.kind === 'guard' && isRequired(seen)) return true;
  }
  return false;
}
