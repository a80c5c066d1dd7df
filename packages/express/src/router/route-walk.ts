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
import {
  type Application,
  findMountedApplication,
  isApplication,
  isExpress4,
  routerOf,
} from './mounted-application.js';
import type { Dialect } from './path-pattern.js';

interface Node {
  readonly paths: readonly DeclaredPath[];
  readonly dialect: Dialect;
  /** What Express 4 made of the paths. */
  readonly expression: string | undefined;
  /** Whether samples tell all that its paths match: they hold no expression. */
  readonly isPlain: boolean;
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

const MAX_REMEMBERED = 10_000;
const IMPROBABLE = ['/~improbable.1', '/~improbable.1/~improbable.2'];

/** The two that an application of Express 4 puts first itself. */
const BUILT_IN = ['query', 'expressInit'];

/**
 * Reads the stack of an application or a router, and of all that is mounted in it.
 *
 * @throws TypeError It is neither.
 */
export function walkRoutes(application: unknown): readonly RouteTree[] {
  if (isApplication(application) && routerOf(application) === undefined) return [];
  const nodes = isApplication(application)
    ? walkApplication(application, [])
    : walkRouter(application, []);
  if (nodes !== undefined) return nodes;
  throw new TypeError('the route audit needs an application or a router of Express 4 or 5');
}

function walkApplication(
  application: Application,
  within: readonly unknown[],
): readonly RouteTree[] | undefined {
  const nodes = walkRouter(routerOf(application), within);
  if (nodes === undefined || !isExpress4(application)) return nodes;
  const isBuiltIn = (node: RouteTree, index: number): boolean =>
    node.kind === 'middleware' && node.name === BUILT_IN[index];
  return nodes.filter((node, index) => !isBuiltIn(node, index));
}

function walkRouter(router: unknown, within: readonly unknown[]): readonly RouteTree[] | undefined {
  // A router inside itself has no end.
  if (within.includes(router)) return undefined;
  return readStack(router)?.flatMap((layer) => walkLayer(layer, [...within, router]));
}

function walkLayer(layer: ExpressLayer, within: readonly unknown[]): readonly RouteTree[] {
  const { handle, name, paths, route, match, dialect, expression, isPlain } = layer;
  const common = { paths, match: remembering(match), dialect, expression, isPlain };
  if (route !== undefined) {
    const handlers = route.handlers.filter((handler) => !isErrorHandler(handler.handle));
    return [{ kind: 'route', ...common, handlers }];
  }
  const application = findMountedApplication(layer);
  const nodes =
    application === undefined ? walkRouter(handle, within) : walkApplication(application, within);
  if (nodes !== undefined) {
    return [{ kind: 'mount', ...common, paths: knownPaths(layer, application), nodes }];
  }
  if (isErrorHandler(handle)) return [];
  return [{ kind: 'middleware', ...common, name, handle }];
}

/** Asks a layer once for each path: the audit follows many requests that share their beginnings. */
function remembering(match: ExpressLayer['match']): ExpressLayer['match'] {
  const known = new Map<string, string | undefined>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const matched = match(path);
    if (known.size < MAX_REMEMBERED) known.set(path, matched);
    return matched;
  };
}

/** A mounted application knows its path even where Express keeps it nowhere else. */
function knownPaths({ paths, match }: ExpressLayer, application: unknown): readonly DeclaredPath[] {
  if (!paths.includes(undefined) || !hasMembers(application)) return paths;
  const { mountpath } = application;
  const all: readonly unknown[] = Array.isArray(mountpath) ? mountpath.flat(Infinity) : [mountpath];
  // An application that is mounted twice knows the last path alone. A pattern matches itself; one that
  // matches what none is likely to match takes others besides.
  const isAny = IMPROBABLE.some((path) => match(path) !== undefined);
  return all.map((path) =>
    typeof path === 'string' && (!isAny || path === '/') && match(path) !== undefined
      ? path
      : undefined,
  );
}

/** Express tells them by their number of parameters. */
function isErrorHandler(handle: Handler): boolean {
  return handle.length > 3;
}
