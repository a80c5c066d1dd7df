/**
 * Reads the routers of an Express application as they are mounted.
 *
 * @module
 */
import type { DeclaredPath } from './declared-path.js';
import { type ExpressLayer, readStack } from './express-layer.js';
import { type Handler, hasMembers, type RouteHandler } from './handler.js';
import {
  type Application,
  findMountedApplication,
  findRouter,
  isApplication,
  isExpress4,
} from './mounted-application.js';
import type { EntryHandler, EntryPaths, RouterEntry, RouterTree } from './router-entry.js';

const MAX_CACHED = 10_000;
const IMPROBABLE_PATHS = ['/~improbable.1', '/~improbable.1/~improbable.2'];

/** The names of the two functions that an application of Express 4 mounts first. */
const BUILT_IN = ['query', 'expressInit'];

/**
 * Reads the entries of an application or a router, and of all that is mounted on it.
 *
 * @param see - Called once for each handler of each entry; the result is stored with the handler.
 * @throws TypeError The value is not an application or a router of Express 4 or 5.
 */
export function walkRoutes<Seen>(
  application: unknown,
  see: (handle: Handler) => Seen,
): RouterTree<Seen> {
  if (isApplication(application) && findRouter(application) === undefined) return [];
  const walk = new RouteWalk(see);
  const tree = isApplication(application)
    ? walk.readApplication(application, [])
    : walk.readRouter(application, []);
  if (tree !== undefined) return tree;
  throw new TypeError('auditRoutes() expects an application or a router of Express 4 or 5');
}

class RouteWalk<Seen> {
  readonly #see: (handle: Handler) => Seen;

  constructor(see: (handle: Handler) => Seen) {
    this.#see = see;
  }

  readApplication(
    application: Application,
    outer: readonly unknown[],
  ): RouterTree<Seen> | undefined {
    const tree = this.readRouter(findRouter(application), outer);
    if (tree === undefined || !isExpress4(application)) return tree;
    const isBuiltIn = (entry: RouterEntry<Seen>, index: number): boolean =>
      entry.kind === 'middleware' && entry.name === BUILT_IN[index];
    return tree.filter((entry, index) => !isBuiltIn(entry, index));
  }

  /** @param outer - The routers around this one. */
  readRouter(router: unknown, outer: readonly unknown[]): RouterTree<Seen> | undefined {
    // The walk of a router that is mounted on itself would never end.
    if (outer.includes(router)) return undefined;
    return readStack(router)?.flatMap((layer) => this.#readLayer(layer, [...outer, router]));
  }

  #readLayer(layer: ExpressLayer, outer: readonly unknown[]): RouterTree<Seen> {
    const { handle, name, route } = layer;
    if (route !== undefined) {
      const handlers = route.handlers.filter((each) => !isErrorHandler(each.handle));
      const { identity } = route;
      return [
        {
          kind: 'route',
          identity,
          ...readEntryPaths(layer),
          handlers: handlers.map(this.#seeHandler),
        },
      ];
    }
    const application = findMountedApplication(layer);
    const tree =
      application === undefined
        ? this.readRouter(handle, outer)
        : this.readApplication(application, outer);
    if (tree !== undefined) {
      const paths = findMountPaths(layer, application);
      return [{ kind: 'mount', ...readEntryPaths(layer), paths, tree }];
    }
    if (isErrorHandler(handle)) return [];
    const handler = this.#seeHandler({ method: undefined, handle });
    return [{ kind: 'middleware', ...readEntryPaths(layer), name, handler }];
  }

  readonly #seeHandler = (handler: RouteHandler): EntryHandler<Seen> => ({
    ...handler,
    seen: this.#see(handler.handle),
  });
}

function readEntryPaths({ paths, dialect, expression, isPlain, match }: ExpressLayer): EntryPaths {
  return { paths, dialect, expression, isPlain, match: cacheMatches(match) };
}

/** Matches each path only once, because many requests of the audit share a prefix. */
function cacheMatches(match: ExpressLayer['match']): ExpressLayer['match'] {
  const cached = new Map<string, string | undefined>();
  return (path) => {
    if (cached.has(path)) return cached.get(path);
    const matched = match(path);
    if (cached.size < MAX_CACHED) cached.set(path, matched);
    return matched;
  };
}

/** A mounted application keeps its path even if the layer does not. */
function findMountPaths(
  { paths, match }: ExpressLayer,
  application: unknown,
): readonly DeclaredPath[] {
  if (!paths.includes(undefined) || !hasMembers(application)) return paths;
  const { mountpath } = application;
  const all: readonly unknown[] = Array.isArray(mountpath) ? mountpath.flat(Infinity) : [mountpath];
  // An application that is mounted twice keeps only the last path, so each path is checked (a pattern
  // matches itself). A layer that matches an improbable path also matches others.
  const matchesAny = IMPROBABLE_PATHS.some((path) => match(path) !== undefined);
  return all.map((path) =>
    typeof path === 'string' && (!matchesAny || path === '/') && match(path) !== undefined
      ? path
      : undefined,
  );
}

/** Express recognizes an error handler by its fourth parameter. */
function isErrorHandler(handle: Handler): boolean {
  return handle.length > 3;
}
