/**
 * Which routes of an application are guarded, and how.
 *
 * @module
 */
import { assertKnownOptions, didYouMean, invalidOption } from '@scopegate/protocol/internal';
import {
  type AuditedRoute,
  auditPlace,
  describeUnseen,
  findUnseen,
  type UnseenMiddleware,
} from './audit-rows.js';
import {
  type AuditedMetadata,
  type AuditedScopes,
  auditMetadata,
  auditScopes,
} from './scope-coverage.js';
import type { Handler } from '../router/express-layer.js';
import { type Exposure, isExposed, listExposures } from './route-exposure.js';
import { isApplication } from '../router/mounted-application.js';
import { listPlaces } from './endpoints.js';
import { walkRoutes } from '../router/route-walk.js';
import { seeHandler } from './seen-handler.js';

/** An application or a router of Express 4 or 5. */
export type RoutedApplication = Handler;

/** How an application is audited. */
export interface AuditOptions {
  /**
   * The scopes that the API declares.
   *
   * @defaultValue those of its metadata, when that is mounted
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * Paths that routers may be mounted on. Express 5 with a `router` before 2.3 keeps no trace of them;
   * other versions need no help.
   *
   * @defaultValue []
   */
  readonly mountPaths?: readonly string[] | undefined;
  /**
   * Middleware that is known to be harmless though the audit cannot look into it, as findings name
   * it: `'serveStatic on /static'`. Each must be needed, so that the list cannot outlive its reason.
   *
   * @defaultValue []
   */
  readonly ignoreUnseen?: readonly string[] | undefined;
}

/** What is to be known of the routes of an application. Frozen in depth. */
export interface RouteAudit {
  /** In the order they were mounted. */
  readonly routes: readonly AuditedRoute[];
  readonly unseen: readonly UnseenMiddleware[];
  /** All that a request without a token may reach though that was not declared. */
  readonly exposures: readonly Exposure[];
  readonly scopes: AuditedScopes;
  /** `undefined` when no metadata is mounted. */
  readonly metadata: AuditedMetadata | undefined;
}

/**
 * Walks the routers that are really mounted, and tells of every route how it is protected.
 *
 * No handler is called and nothing is sent. A guard of this package counts for a route when it stands
 * in front of the handlers of the route on every path that leads there: in the route itself, or
 * mounted before it. Where in doubt it does not count. What a handler checks inside cannot be seen:
 * such a route is `open` until `declarePublic()` says otherwise.
 *
 * Not seen either:
 *
 * - what middleware without a path of its own answers by itself (`unseen` names it);
 * - guards that an earlier handler leaves out by `next('route')` or `next('router')`;
 * - callbacks of `router.param()`, which run before the guards of a route;
 * - error handlers that answer, or that hand on to what follows as if nothing had failed;
 * - URLs and methods that are rewritten on the way;
 * - `upgrade` requests, which pass no router.
 *
 * @param application - After everything is mounted.
 * @throws TypeError It is not an Express application or router, or an option cannot be used.
 * @example
 * auditRoutes(app).exposures.map(({ place, cause }) => `${place}: ${cause}`)
 */
export function auditRoutes(
  application: RoutedApplication,
  options: AuditOptions = {},
): RouteAudit {
  assertKnownOptions('auditRoutes()', options, ['scopes', 'mountPaths', 'ignoreUnseen']);
  const { scopes, mountPaths, ignoreUnseen }: AuditOptions = options;
  const mounts = checkedTexts('mountPaths', mountPaths) ?? [];
  const ignored = checkedTexts('ignoreUnseen', ignoreUnseen) ?? [];
  const tree = walkRoutes(application);
  const places = listPlaces(tree, {
    mountPaths: mounts,
    isApplication: isApplication(application),
  });
  const routes = places.flatMap((place) => auditPlace(tree, place, places));
  const needed = routes.flatMap((route) => route.scopes);
  const documents = places.flatMap(({ node }) => {
    const seen = node.kind === 'middleware' ? seeHandler(node.handle) : undefined;
    return seen?.kind === 'metadata' ? [seen.metadata] : [];
  });
  const metadata = auditMetadata(documents, needed);
  const declared = checkedTexts('scopes', scopes) ?? metadata?.scopesSupported;
  const unseen = places.flatMap((place) => findUnseen(tree, place, ignored) ?? []);
  assertNeeded(ignored, unseen);
  return Object.freeze({
    routes: Object.freeze(routes),
    unseen: Object.freeze(unseen),
    exposures: Object.freeze(listExposures(routes, unseen)),
    scopes: auditScopes(declared, needed),
    metadata,
  });
}

/** What is ignored without need hides what is mounted there one day. */
function assertNeeded(ignored: readonly string[], unseen: readonly UnseenMiddleware[]): void {
  const needed = unseen.filter(isExposed).map(describeUnseen);
  for (const name of ignored) {
    if (needed.includes(name)) continue;
    const rule = `must name unguarded middleware of "unseen"; remove "${name}"`;
    throw invalidOption('ignoreUnseen', `${rule}${didYouMean(name, needed)}`);
  }
}

function checkedTexts(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const isText = (item: unknown): item is string => typeof item === 'string' && item !== '';
  if (Array.isArray(value) && value.every(isText)) return value;
  throw invalidOption(name, 'must be a list of texts');
}
