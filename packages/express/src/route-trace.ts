/**
 * The way of a request through mounted routers, worked out without sending one.
 *
 * Every handler is taken to call `next()`: what a handler does cannot be seen.
 *
 * @module
 */
import type { RouteHandler } from './express-layer.js';
import type { MiddlewareNode, RouteNode, RouteTree } from './route-walk.js';

/** A request as routers see it. */
export interface TracedRequest {
  /** In upper case; `'ALL'` stands for any, and passes only what is there for all of them. */
  readonly method: string;
  /**
   * The path, as each router on the way sees it: the first for the outermost. Further ones are given
   * where a mount path is not known, and worked out otherwise.
   */
  readonly paths: readonly (string | undefined)[];
}

/** A handler on the way. */
export interface Step extends RouteHandler {
  /** What it belongs to. */
  readonly node: RouteNode | MiddlewareNode;
}

/** What leads to a route: routers, outermost first, and the route. */
export type Chain = readonly [...RouteTree[], RouteNode | MiddlewareNode];

/**
 * Follows a request to one place.
 *
 * @param tree - The outermost router.
 * @param chain - Where to. The request goes there even where its path is not known to lead there.
 * @returns Every handler on the way, those of the place included; `undefined` when the path is known
 *   and does not lead there.
 */
export function traceRequest(
  tree: readonly RouteTree[],
  chain: Chain,
  { method, paths }: TracedRequest,
): readonly Step[] | undefined {
  const [place, ...inner] = chain;
  const [path = '/', innerPath] = paths;
  const steps: Step[] = [];
  for (const node of tree) {
    if (node !== place) {
      steps.push(...stepsThrough(node, path, method));
      continue;
    }
    const rest = innerPath ?? restOf(node, path);
    if (rest === undefined) return undefined;
    if (node.kind !== 'mount') return [...steps, ...handlersOf(node, method)];
    const within = inner as readonly RouteTree[] as Chain; // a mount is never the last of a chain
    const found = traceRequest(node.nodes, within, { method, paths: [rest, ...paths.slice(2)] });
    return found && [...steps, ...found];
  }
  return undefined;
}

/** What a request meets that passes by. */
function stepsThrough(node: RouteTree, path: string, method: string): readonly Step[] {
  const rest = restOf(node, path);
  if (rest === undefined) return [];
  if (node.kind !== 'mount') return handlersOf(node, method);
  return node.nodes.flatMap((inner) => stepsThrough(inner, rest, method));
}

/** The path beneath a node; `undefined` when the path does not lead there. */
function restOf({ kind, match }: RouteTree, path: string): string | undefined {
  const matched = match(path);
  if (matched === undefined || kind === 'route') return matched;
  // Only whole segments at the beginning count, whatever an expression matched.
  if (!path.startsWith(matched)) return undefined;
  const rest = path.slice(matched.length);
  if (rest === '') return '/';
  return rest.startsWith('/') ? rest : undefined;
}

/** The handlers that a place has for a method, in the order they run. */
export function handlersOf(node: RouteNode | MiddlewareNode, method: string): readonly Step[] {
  if (node.kind === 'middleware') return [{ handle: node.handle, method: undefined, node }];
  const methods = node.handlers.map((handler) => handler.method);
  // Express answers HEAD by GET where nobody says otherwise.
  const effective = method === 'HEAD' && !methods.includes('HEAD') ? 'GET' : method;
  return node.handlers
    .filter((handler) => handler.method === undefined || handler.method === effective)
    .map((handler) => ({ ...handler, node }));
}
