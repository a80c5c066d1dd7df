/**
 * One entry of an Express router's stack, in whatever shape the version of Express gives it.
 *
 * Express 4 keeps a `regexp` and its `keys`, the `router` of Express 5 from 2.3 on a `rawPath`, and
 * those between them neither. All of them match by `match()`, so that is what decides here; the declared
 * path is only for people to read and to make samples from.
 *
 * @module
 */
import { METHODS } from 'node:http';
import { declaredByRegExp } from './express4-path.js';
import type { Dialect } from './path-pattern.js';

/** A function in a stack: middleware, handler, router or application. */
export type Handler = (...args: never[]) => unknown;

/** A path as it was declared; `undefined` where Express has kept nothing that tells. */
export type DeclaredPath = string | RegExp | undefined;

/** An entry of a stack. */
export interface ExpressLayer {
  readonly handle: Handler;
  /** The name that the function had when it was mounted; `''` for none. */
  readonly name: string;
  readonly paths: readonly DeclaredPath[];
  readonly dialect: Dialect;
  /** What Express 4 made of the paths, with its flags. */
  readonly expression: string | undefined;
  /**
   * Whether the paths are made of text, parameters and wildcards alone, so that samples tell all that
   * they match. An expression, also one that constrains a parameter, may match any selection.
   */
  readonly isPlain: boolean;
  /** What `router.route()` made; `undefined` for what `use()` mounts. */
  readonly route: ExpressRoute | undefined;
  /**
   * Asks Express whether a path leads here.
   *
   * @returns The part of the path that matched, `''` for `/`; `undefined` when it does not.
   */
  readonly match: (path: string) => string | undefined;
}

/** A route with its handlers, in the order they run. */
export interface ExpressRoute {
  readonly paths: readonly DeclaredPath[];
  readonly handlers: readonly RouteHandler[];
}

/** One handler of a route. */
export interface RouteHandler {
  /** In upper case; `undefined` for `all()`. */
  readonly method: string | undefined;
  readonly handle: Handler;
}

type Members = Readonly<Record<string, unknown>>;

/** Reads a value as a function with members. */
export function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

/**
 * Reads the stack of a router.
 *
 * @returns `undefined` when it is no Express router.
 */
export function readStack(router: unknown): readonly ExpressLayer[] | undefined {
  // Any function may have a `stack`; a router also hands requests to it.
  if (!hasMembers(router) || !isHandler(router['handle'])) return undefined;
  if (!Array.isArray(router['stack'])) return undefined;
  const layers = router['stack'].map(readLayer);
  return layers.every((layer) => layer !== undefined) ? layers : undefined;
}

function readLayer(layer: unknown): ExpressLayer | undefined {
  if (!hasMembers(layer) || !isHandler(layer['handle']) || !isHandler(layer['match'])) {
    return undefined;
  }
  const { handle, name } = layer;
  const route = readRoute(layer['route']);
  const paths = allPaths(layer, route?.paths ?? readMountPaths(layer));
  const { regexp } = layer;
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
    // One that remembers where it left off matches every other time: nothing can be said of it.
    match: paths.some(isStateful) ? () => undefined : (path) => matchedPart(layer, path),
  };
}

function readRoute(route: unknown): ExpressRoute | undefined {
  if (!hasMembers(route) || !Array.isArray(route['stack'])) return undefined;
  const handlers = route['stack'].filter(hasMembers).flatMap(({ method, handle }) => {
    if (!isHandler(handle)) return [];
    return [{ method: typeof method === 'string' ? method.toUpperCase() : undefined, handle }];
  });
  return { paths: readPaths(route['path']), handlers: withAll(handlers) };
}

/** `app.all()` registers its handlers for every method there is, one after the other. */
function withAll(handlers: readonly RouteHandler[]): readonly RouteHandler[] {
  const count = handlers.length / METHODS.length;
  const first = handlers.slice(0, count);
  const isSame = ({ method, handle }: RouteHandler, index: number): boolean =>
    method !== undefined && handle === first[index % count]?.handle;
  const methods = new Set(handlers.map(({ method }) => method));
  if (methods.size !== METHODS.length || !handlers.every(isSame)) return handlers;
  return first.map(({ handle }) => ({ method: undefined, handle }));
}

/** A list of paths may hold lists. An empty one is an expression in Express 4 that matches anything. */
function readPaths(path: unknown): readonly DeclaredPath[] {
  if (Array.isArray(path)) return path.length === 0 ? [undefined] : path.flatMap(readPaths);
  return [typeof path === 'string' || path instanceof RegExp ? path : undefined];
}

/** A list that was changed after it was mounted tells no longer all that leads here. */
function allPaths(
  { matchers, regexp }: Members,
  paths: readonly DeclaredPath[],
): readonly DeclaredPath[] {
  if (Array.isArray(matchers)) {
    if (matchers.length === 0) return [];
    const isAll = matchers.length === paths.length || paths.includes(undefined);
    return isAll ? paths : [...paths, undefined];
  }
  const isText = (path: DeclaredPath): boolean => typeof path === 'string' && !path.includes('|');
  if (!(regexp instanceof RegExp) || !paths.every(isText)) return paths;
  // Express 4 joins what it makes of each path.
  return regexp.source.split('|^').length > paths.length ? [...paths, undefined] : paths;
}

function readMountPaths(layer: Members): readonly DeclaredPath[] {
  const { rawPath, regexp, keys } = layer;
  if (rawPath !== undefined) return readPaths(rawPath);
  if (layer['slash'] === true) return ['/'];
  if (!(regexp instanceof RegExp)) return [undefined];
  const names = Array.isArray(keys) ? keys.filter(hasMembers).map(({ name }) => String(name)) : [];
  return declaredByRegExp(regexp, names);
}

/** Whether an expression begins where it left off. */
export function isStateful(path: DeclaredPath): boolean {
  return path instanceof RegExp && (path.global || path.sticky);
}

/** All that text means in Express 4 but an expression, of which it takes any. */
const PLAIN_IN_EXPRESS_4 = /^(?:\/:\w+\?|:\w+|[-\w/.~%@!&',;=*])*$/;

function isPlainPath(path: DeclaredPath, dialect: Dialect, { matchers }: Members): boolean {
  if (typeof path === 'string') return dialect === 5 || PLAIN_IN_EXPRESS_4.test(path);
  if (path !== undefined || !Array.isArray(matchers)) return false;
  // Before router 2.3, the name of its matcher is all that tells an expression from a text.
  return matchers.every((matcher) => isHandler(matcher) && matcher.name !== 'regexpMatcher');
}

function matchedPart(layer: Members, path: string): string | undefined {
  const { match } = layer;
  if (!isHandler(match)) return undefined;
  try {
    const matched: unknown = Reflect.apply(match, layer, [path]);
    // Until router 2.3 the answer is a boolean, and the layer itself holds what matched.
    const result = matched === true ? layer : matched;
    return hasMembers(result) && typeof result['path'] === 'string' ? result['path'] : undefined;
  } catch {
    // A path that cannot be decoded leads nowhere.
    return undefined;
  }
}

/** Whether a value is an object or a function, whose members can be looked at. */
export function hasMembers(value: unknown): value is Members {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
