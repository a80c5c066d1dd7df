/**
 * One entry of an Express router's stack, in the shape that each version of Express gives it.
 *
 * Express 4 keeps a `regexp` and its `keys`, the `router` of Express 5 keeps a `rawPath` from version
 * 2.3 on, and versions before that keep neither. All of them have `match()`, so the audit relies on
 * that; declared paths are only displayed and used to create sample paths.
 *
 * @module
 */
import { METHODS } from 'node:http';
import {
  type DeclaredPath,
  isPlainPath,
  isStateful,
  readLayerPaths,
  readPaths,
} from './declared-path.js';
import { type Handler, hasMembers, isHandler, type Members, type RouteHandler } from './handler.js';
import type { EntryPaths } from './router-entry.js';

/** An entry of a stack. */
export interface ExpressLayer extends EntryPaths {
  /** The function that Express calls. */
  readonly handle: Handler;
  /** The name that the function had when it was mounted; `''` for none. */
  readonly name: string;
  /** The route; `undefined` for what `use()` mounted. */
  readonly route: ExpressRoute | undefined;
}

/** A route with its handlers, in the order they run. */
export interface ExpressRoute {
  /** The object of Express itself, which requests refer to. */
  readonly identity: object;
  readonly paths: readonly DeclaredPath[];
  readonly handlers: readonly RouteHandler[];
}

/**
 * Reads the stack of a router.
 *
 * @returns `undefined` when the value is not an Express router.
 */
export function readStack(router: unknown): readonly ExpressLayer[] | undefined {
  // Any function may have a `stack`; only a router also has `handle()`.
  if (!hasMembers(router) || !isHandler(router['handle'])) return undefined;
  if (!Array.isArray(router['stack'])) return undefined;
  const layers = router['stack'].map(readLayer);
  return layers.every((layer) => layer !== undefined) ? layers : undefined;
}

function readLayer(layer: unknown): ExpressLayer | undefined {
  if (!hasMembers(layer) || !isHandler(layer['handle']) || !isHandler(layer['match'])) {
    return undefined;
  }
  const { handle, name, regexp } = layer;
  const route = readRoute(layer['route']);
  const paths = readLayerPaths(layer, route?.paths);
  const expression = regexp instanceof RegExp ? String(regexp) : undefined;
  const dialect = expression === undefined ? 5 : 4;
  return {
    handle,
    name: typeof name === 'string' && name !== '<anonymous>' ? name : handle.name,
    route,
    paths,
    dialect,
    expression,
    isPlain: paths.every((path) => isPlainPath(path, dialect, layer)),
    // A stateful expression matches only every other time, so nothing can be concluded from it.
    match: paths.some(isStateful) ? () => undefined : (path) => findMatch(layer, path),
  };
}

function readRoute(route: unknown): ExpressRoute | undefined {
  if (!hasMembers(route) || !Array.isArray(route['stack'])) return undefined;
  const handlers = route['stack'].filter(hasMembers).flatMap(({ method, handle }) => {
    if (!isHandler(handle)) return [];
    return [{ method: typeof method === 'string' ? method.toUpperCase() : undefined, handle }];
  });
  return { identity: route, paths: readPaths(route['path']), handlers: mergeMethods(handlers) };
}

/** Merges the handlers that `app.all()` registers once for every method. */
function mergeMethods(handlers: readonly RouteHandler[]): readonly RouteHandler[] {
  const count = handlers.length / METHODS.length;
  const first = handlers.slice(0, count);
  const isSame = ({ method, handle }: RouteHandler, index: number): boolean =>
    method !== undefined && handle === first[index % count]?.handle;
  const methods = new Set(handlers.map(({ method }) => method));
  if (methods.size !== METHODS.length || !handlers.every(isSame)) return handlers;
  return first.map(({ handle }) => ({ method: undefined, handle }));
}

/** Calls the layer's own `match()`. */
function findMatch(layer: Members, path: string): string | undefined {
  const { match } = layer;
  if (!isHandler(match)) return undefined;
  try {
    const matched: unknown = Reflect.apply(match, layer, [path]);
    // Before router 2.3 the result is a boolean, and the layer holds the matched part.
    const result = matched === true ? layer : matched;
    return hasMembers(result) && typeof result['path'] === 'string' ? result['path'] : undefined;
  } catch {
    // The path cannot be decoded, so Express answers 400.
    return undefined;
  }
}
