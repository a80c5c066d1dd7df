/**
 * The declared paths of the routes and the guards of an application, for events.
 *
 * @module
 */
import type { DeclaredPath } from './declared-path.js';
import type { Handler } from './handler.js';
import type { RouterTree } from './router-entry.js';
import { walkRoutes } from './route-walk.js';

/** Where a route or a guard is. */
export interface Place {
  /** The whole declared path; of middleware, with `/*`. */
  readonly path: string;
  /** The part of the path that `req.baseUrl` contains when the handler runs. */
  readonly prefix: string;
  /** The route that the guard is on; `undefined` for a route itself, and for middleware. */
  readonly route: object | undefined;
}

/** The places of an application, by the route's own object and by what identifies a handler. */
export type Places = ReadonlyMap<object, readonly Place[]>;

/** How many declared paths of one place are listed. */
const MAX_PATHS = 4;

/** Writes a declared path, those of its routers first. */
export function formatPatterns(patterns: readonly DeclaredPath[]): string {
  const text = patterns
    .map((pattern) => {
      if (pattern === undefined) return '/(unknown)';
      return typeof pattern === 'string' ? pattern.replace(/\/$/, '') : `(${String(pattern)})`;
    })
    .join('');
  return text === '' ? '/' : text;
}

/**
 * Lists the places of an application.
 *
 * @param identify - Returns what identifies a handler; `undefined` if it is not a guard.
 * @throws TypeError The value is not an application of Express 4 or 5.
 */
export function listPlaces(
  application: unknown,
  identify: (handle: Handler) => object | undefined,
): Places {
  const places = new Map<object, Place[]>();
  addPlaces(places, walkRoutes(application, identify), []);
  return places;
}

function addPlaces(
  places: Map<object, Place[]>,
  tree: RouterTree<object | undefined>,
  outer: readonly DeclaredPath[],
): void {
  const add = (key: object | undefined, place: Place): void => {
    if (key !== undefined) places.set(key, [...(places.get(key) ?? []), place]);
  };
  const prefix = outer.length === 0 ? '' : formatPatterns(outer).replace(/\/$/, '');
  for (const entry of tree) {
    if (entry.kind === 'mount') {
      for (const path of entry.paths) addPlaces(places, entry.tree, [...outer, path]);
    } else if (entry.kind === 'route') {
      const path = joinPaths(entry.paths.map((each) => formatPatterns([...outer, each])));
      add(entry.identity, { path, prefix, route: undefined });
      for (const { seen } of entry.handlers) add(seen, { path, prefix, route: entry.identity });
    } else {
      for (const each of entry.paths) {
        const mounted = formatPatterns([...outer, each]).replace(/\/$/, '');
        add(entry.handler.seen, { path: `${mounted}/*`, prefix: mounted, route: undefined });
      }
    }
  }
}

/**
 * Writes the declared path of the place where a request is.
 *
 * @param baseUrl - The requested path of the routers, which chooses between the places and is never written.
 * @returns `undefined` when the application is mounted by what it does not know.
 */
export function formatPlaces(places: readonly Place[], baseUrl: string): string | undefined {
  const [first] = places;
  if (places.length === 1 && first !== undefined) {
    return first.prefix === '' && baseUrl !== '' ? undefined : first.path;
  }
  const matching = places.filter(({ prefix }) => matchesPrefix(prefix, baseUrl));
  const listed = matching.length === 0 ? places : matching;
  return listed.length === 0 ? undefined : joinPaths(listed.map(({ path }) => path));
}

function joinPaths(paths: readonly string[]): string {
  const distinct = [...new Set(paths)];
  const more = distinct.length > MAX_PATHS ? ['…'] : [];
  return [...distinct.slice(0, MAX_PATHS), ...more].join(', ');
}

/** Whether the requested path of the routers may be that of a declared prefix. */
function matchesPrefix(prefix: string, baseUrl: string): boolean {
  const declared = prefix.split('/').filter(Boolean);
  const requested = baseUrl.split('/').filter(Boolean);
  for (const [index, segment] of declared.entries()) {
    // A wildcard, an optional part or an expression may match any number of segments.
    if (/[*(){}?+]/.test(segment)) return true;
    const part = requested[index];
    if (part === undefined) return false;
    const isSame = segment.toLowerCase() === part.toLowerCase();
    if (!isSame && !segment.includes(':')) return false;
  }
  return declared.length === requested.length;
}
