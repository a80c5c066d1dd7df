/**
 * The routers of an Express application as they are really mounted.
 *
 * @module
 */
import {
  type DeclaredPath,
  type ExpressLayer,
  type Handler,
  hasMembers,
  readStack,
  type RouteHandler,
} from './express-layer.js';
import { findMountedApplication, isApplication, routerOf } from './mounted-application.js';

interface Node {
  readonly paths: readonly DeclaredPath[];
  /** The part of a path that leads here; `undefined` when it does not. */
  readonly match: (path: string) => string | undefined;
}

/** A route: `app.get()`, `app.all()`, `app.route()`. */
export interface RouteNode extends Node {
  readonly kind: 'route';
  readonly handlers: readonly RouteHandler[];
}

/** A router or an application that is mounted in another. */
export interface MountNode extends Node {
  readonly kind: 'mount';
  readonly nodes: readonly RouteTree[];
}

/** A function that is mounted by `use()`. */
export interface MiddlewareNode extends Node {
  readonly kind: 'middleware';
  readonly name: string;
  readonly handle: Handler;
}

/** What stands in a router's stack. Error handlers are left out: they see no request that is well. */
export type RouteTree = RouteNode | MountNode | MiddlewareNode;

/** The two that Express 4 puts first itself. */
const BUILT_IN = ['query', 'expressInit'];

/**
 * Reads the stack of an application or a router, and of all that is mounted in it.
 *
 * @throws TypeError It is neither.
 */
export function walkRoutes(application: unknown): readonly RouteTree[] {
  if (isApplication(application) && routerOf(application) === undefined) return [];
  const router = isApplication(application) ? routerOf(application) : application;
  const nodes = walkRouter(router, []);
  if (nodes !== undefined) return nodes;
  throw new TypeError('the route audit needs an application or a router of Express 4 or 5');
}

function walkRouter(router: unknown, within: readonly unknown[]): readonly RouteTree[] | undefined {
  // A router inside itself has no end.
  if (within.includes(router)) return undefined;
  return readStack(router)?.flatMap((layer) => walkLayer(layer, [...within, router]));
}

function walkLayer(layer: ExpressLayer, within: readonly unknown[]): readonly RouteTree[] {
  const { handle, name, paths, route, match } = layer;
  if (route !== undefined) {
    const handlers = route.handlers.filter((handler) => !isErrorHandler(handler.handle));
    return [{ kind: 'route', paths, match, handlers }];
  }
  const application = findMountedApplication(layer);
  const nodes = walkRouter(application === undefined ? handle : routerOf(application), within);
  if (nodes !== undefined) {
    return [{ kind: 'mount', paths: knownPaths(layer, application), match, nodes }];
  }
  if (isErrorHandler(handle) || BUILT_IN.includes(name)) return [];
  return [{ kind: 'middleware', paths, match, name, handle }];
}

/** A mounted application knows its path even where Express keeps it nowhere else. */
function knownPaths({ paths, match }: ExpressLayer, application: unknown): readonly DeclaredPath[] {
  if (!paths.includes(undefined) || !hasMembers(application)) return paths;
  const { mountpath } = application;
  const all: readonly unknown[] = Array.isArray(mountpath) ? mountpath.flat(Infinity) : [mountpath];
  // An application that is mounted twice knows the last path alone. A pattern matches itself.
  return all.map((path) =>
    typeof path === 'string' && match(path) !== undefined ? path : undefined,
  );
}

/** Express tells them by their number of parameters. */
function isErrorHandler(handle: Handler): boolean {
  return handle.length > 3;
}
