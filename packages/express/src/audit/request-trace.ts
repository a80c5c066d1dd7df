/**
 * The way of a request through mounted routers, worked out without sending one.
 *
 * Every handler is taken to call `next()`: what a handler does cannot be seen.
 *
 * @module
 */
import { isStateful, type RouteHandler } from '../router/express-layer.js';
import type { MiddlewareNode, RouteNode, RouteTree } from '../router/route-walk.js';

/**
 * The path, as each router on the way sees it: the first for the outermost. Further ones are given
 * where one does not follow from the one before, and worked out otherwise.
 */
export type RequestPaths = readonly (string | undefined)[];

/** A route or a function on the way. */
export interface Visit {
  readonly node: RouteNode | MiddlewareNode;
  /** How many routers the request had entered by then, of those that lead to its place. */
  readonly level: number;
  /** Whether it stands in one of those routers, and not in one that the request passes by. */
  readonly isOnWay: boolean;
  /** Whether samples tell all the paths that lead to it. */
  readonly isPlain: boolean;
}

/** A handler on the way, and what it belongs to. */
export interface Step extends RouteHandler, Visit {}

/** What leads to a route: routers, outermost first, and the route. */
export type Chain = readonly [...RouteTree[], RouteNode | MiddlewareNode];

/** Where a request goes: by which link of each router. */
interface Destination {
  readonly chain: readonly RouteTree[];
  readonly level: number;
}

/**
 * Follows a request to one place.
 *
 * @param tree - The outermost router.
 * @param place - The request goes there even where its path is not known to lead there.
 * @returns All that is on the way, the place included; `undefined` when the path is known
 *   and does not lead there.
 */
export function traceRequest(
  tree: readonly RouteTree[],
  { chain }: { readonly chain: Chain },
  request: RequestPaths,
): readonly Visit[] | undefined {
  return traceWithin(tree, { chain, level: 0 }, request);
}

/** The handlers that a request with a method meets on its way, in that order. */
export function stepsOf(visits: readonly Visit[], method: string): readonly Step[] {
  return visits.flatMap((visit) =>
    handlersOf(visit.node, method).map((handler) => ({ ...handler, ...visit })),
  );
}

function traceWithin(
  tree: readonly RouteTree[],
  { chain, level }: Destination,
  paths: RequestPaths,
): readonly Visit[] | undefined {
  const [target, ...chainWithin] = chain;
  const [path = '/', innerPath] = paths;
  const visits: Visit[] = [];
  for (const node of tree) {
    if (node !== target) {
      const isSame = isSamePlace(node, target);
      visits.push(...visitsWithin(node, { path, level, isSame, innerPath }));
      continue;
    }
    const rest = innerPath ?? restOf(node, path);
    if (rest === undefined) return undefined;
    if (node.kind !== 'mount') {
      return [...visits, { node, level, isOnWay: true, isPlain: true }];
    }
    const within = { chain: chainWithin, level: level + 1 };
    const found = traceWithin(node.nodes, within, [rest, ...paths.slice(2)]);
    return found && [...visits, ...found];
  }
  return undefined;
}

interface Passage {
  readonly path: string;
  readonly level: number;
  /** The node is mounted on the very path of the destination, so the request meets it for sure. */
  readonly isSame: boolean;
  /** The path beneath that of the destination, where it is given. */
  readonly innerPath: string | undefined;
}

/** What a request meets that passes by. */
function visitsWithin(node: RouteTree, passage: Passage): readonly Visit[] {
  const { path, level, isSame, innerPath } = passage;
  // Where the path is known, the router itself tells whether it leads there.
  const rest = restOf(node, path) ?? (isSame ? innerPath : undefined);
  if (rest === undefined) return [];
  const isPlain = node.isPlain || isSame;
  if (node.kind !== 'mount') return [{ node, level, isOnWay: true, isPlain }];
  const within = { path: rest, level, isSame: false, innerPath: undefined };
  return node.nodes
    .flatMap((inner) => visitsWithin(inner, within))
    .map((visit) => ({ ...visit, isOnWay: false, isPlain: isPlain && visit.isPlain }));
}

/**
 * Two of one router on the same paths match the same requests, whatever the paths are.
 *
 * All paths count: Express 5 takes everything beneath `'/'`, but nothing beneath a list with `'/'`.
 */
export function isSamePlace(node: RouteTree, target: RouteTree | undefined): boolean {
  if (target === undefined || (node.kind === 'route') !== (target.kind === 'route')) return false;
  if (node.paths.some((path) => path === undefined || isStateful(path))) return false;
  return (
    node.expression === target.expression &&
    node.paths.length === target.paths.length &&
    node.paths.every((path, index) => {
      const other = target.paths[index];
      return typeof path === typeof other && String(path) === String(other);
    })
  );
}

/** The path beneath a node; `undefined` when the path does not lead there. */
function restOf({ kind, match }: RouteTree, path: string): string | undefined {
  const matched = match(path);
  if (matched === undefined || kind === 'route') return matched;
  if (matched === '') return path === '' ? '/' : path;
  // Only whole segments at the beginning count, whatever an expression matched.
  if (!path.startsWith(matched)) return undefined;
  const rest = path.slice(matched.length);
  if (rest === '') return '/';
  return rest.startsWith('/') ? rest : undefined;
}

/** The handlers that a place has for a method, in the order they run. */
export function handlersOf(
  node: RouteNode | MiddlewareNode,
  method: string,
): readonly RouteHandler[] {
  if (node.kind === 'middleware') return [{ handle: node.handle, method: undefined }];
  const methods = node.handlers.map((handler) => handler.method);
  // Express answers HEAD by GET where nothing else is declared.
  const effective = method === 'HEAD' && !methods.includes('HEAD') ? 'GET' : method;
  return node.handlers.filter(
    (handler) => handler.method === undefined || handler.method === effective,
  );
}
