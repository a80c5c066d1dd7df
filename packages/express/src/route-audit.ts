/**
 * Which routes of an application are guarded, and how.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol';
import {
  type AuditedRoute,
  auditPlace,
  findUnseen,
  type UnseenMiddleware,
} from './audited-route.js';
import {
  type AuditedMetadata,
  type AuditedScopes,
  auditMetadata,
  auditScopes,
} from './audited-scopes.js';
import type { Handler } from './express-layer.js';
import { listPlaces } from './route-places.js';
import { walkRoutes } from './route-walk.js';
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
}

/** What is to be known of the routes of an application. Frozen in depth. */
export interface RouteAudit {
  /** In the order they were mounted. */
  readonly routes: readonly AuditedRoute[];
  readonly unseen: readonly UnseenMiddleware[];
  readonly scopes: AuditedScopes;
  /** `undefined` when no metadata is mounted. */
  readonly metadata: AuditedMetadata | undefined;
}

/**
 * Walks the routers that are really mounted, and tells of every route how it is protected.
 *
 * No handler is called and nothing is sent. Seen are the guards of this package on the way to a
 * route: its own, and those before it on a path or a router above. What a handler checks inside
 * cannot be seen: such a route is `open` until `declarePublic()` says otherwise. Where in doubt it is
 * `open`. Not seen either: what middleware answers by itself (`unseen` names it), callbacks of
 * `router.param()`, which run before the guards of a route, URLs that are rewritten on the way, and
 * `upgrade` requests, which pass no router.
 *
 * @param application - After everything is mounted.
 * @throws TypeError It is no Express application or router, or an option cannot be used.
 * @example
 * auditRoutes(app).routes.filter(({ access }) => access === 'open')
 */
export function auditRoutes(
  application: RoutedApplication,
  options: AuditOptions = {},
): RouteAudit {
  assertKnownOptions('auditRoutes()', options, ['scopes', 'mountPaths']);
  const { scopes, mountPaths }: AuditOptions = options;
  const mounts = checkedTexts('mountPaths', mountPaths) ?? [];
  const tree = walkRoutes(application);
  const places = listPlaces(tree, mounts);
  const routes = places.flatMap((place) => auditPlace(tree, place, places));
  const needed = routes.flatMap((route) => route.scopes);
  const documents = places.flatMap(({ node }) => {
    const seen = node.kind === 'middleware' ? seeHandler(node.handle) : undefined;
    return seen?.kind === 'metadata' ? [seen.metadata] : [];
  });
  const metadata = auditMetadata(documents, needed);
  const declared = checkedTexts('scopes', scopes) ?? metadata?.scopesSupported;
  return Object.freeze({
    routes: Object.freeze(routes),
    unseen: Object.freeze(places.flatMap((place) => findUnseen(tree, place) ?? [])),
    scopes: auditScopes(declared, needed),
    metadata,
  });
}

function checkedTexts(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const isText = (item: unknown): item is string => typeof item === 'string' && item !== '';
  if (Array.isArray(value) && value.every(isText)) return value;
  throw invalidOption(name, 'must be a list of texts');
}
