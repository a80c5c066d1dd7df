/**
 * Traces a request through mounted routers without sending it.
 *
 * The trace assumes that every handler calls `next()`, because what a handler does cannot be seen.
 *
 * @module
 */
import { isStateful } from '../router/declared-path.js';
import type { EntryHandler, RouterEntry, RouterTree } from '../router/router-entry.js';
import type { EndpointEntry, Path } from './endpoints.js';
import type { SeenHandler } from '@scopegate/resource-server/internal';

/**
 * The path of a request as each router sees it, outermost router first. A path that follows from the
 * previous one is `undefined` or omitted.
 */
export type RequestPaths = readonly (string | undefined)[];

/** A route or a function that a request reaches. */
export interface TracedEntry {
  readonly entry: EndpointEntry;
  /** How many of the routers that lead to the endpoint the request had entered by then. */
  readonly depth: number;
  /** Whether it is mounted on one of those routers itself, not on another router beside the path. */
  readonly isInPath: boolean;
  /** Whether samples can represent every path that leads to it. */
  readonly isPlain: boolean;
}

/** A handler that a request reaches, and the entry it belongs to. */
export interface TracedHandler extends EntryHandler<SeenHandler>, TracedEntry {}

/** Every handler that a request reaches, in the order they run. */
export type Trace = readonly TracedHandler[];

/** What remains of the path to an endpoint. */
interface Remaining {
  readonly path: Path;
  readonly depth: number;
}

/**
 * Traces a request to an endpoint.
 *
 * @param tree - The outermost router.
 * @param path - The path to the endpoint. Where `request` gives the path behind an entry, the
 *   entry need not match.
 * @returns Every entry that the request reaches up to the endpoint; `undefined` when it does not lead
 *   there.
 */
export function traceRequest(
  tree: RouterTree<SeenHandler>,
  path: Path,
  request: RequestPaths,
): readonly TracedEntry[] | undefined {
  return traceWithin(tree, { path, depth: 0 }, request);
}

/** Lists the handlers of traced entries that run for a method. */
export function listTracedHandlers(entries: readonly TracedEntry[], method: string): Trace {
  return entries.flatMap((traced) =>
    listHandlers(traced.entry, method).map((handler) => ({ ...handler, ...traced })),
  );
}

function traceWithin(
  tree: RouterTree<SeenHandler>,
  { path: [target, ...innerPath], depth }: Remaining,
  request: RequestPaths,
): readonly TracedEntry[] | undefined {
  const [url = '/', innerUrl] = request;
  const traced: TracedEntry[] = [];
  for (const entry of tree) {
    if (entry !== target?.entry) {
      const isSame = hasSamePaths(entry, target?.entry);
      traced.push(...traceBeside(entry, { url, depth, isSame, innerUrl }));
      continue;
    }
    const rest = innerUrl ?? findRest(entry, url);
    if (rest === undefined) return undefined;
    if (entry.kind !== 'mount') {
      return [...traced, { entry, depth, isInPath: true, isPlain: true }];
    }
    const inner = { path: innerPath, depth: depth + 1 };
    const found = traceWithin(entry.tree, inner, [rest, ...request.slice(2)]);
    return found && [...traced, ...found];
  }
  return undefined;
}

interface RequestBeside {
  readonly url: string;
  readonly depth: number;
  /** Whether the entry has the same paths as the target, so that every request reaches both. */
  readonly isSame: boolean;
  /** The path behind that of the target, where it is given. */
  readonly innerUrl: string | undefined;
}

/** Traces what a request reaches before its target, including all that a router contains. */
function traceBeside(
  entry: RouterEntry<SeenHandler>,
  { url, depth, isSame, innerUrl }: RequestBeside,
): readonly TracedEntry[] {
  const rest = findRest(entry, url) ?? (isSame ? innerUrl : undefined);
  if (rest === undefined) return [];
  const isPlain = entry.isPlain || isSame;
  if (entry.kind !== 'mount') return [{ entry, depth, isInPath: true, isPlain }];
  const inner = { url: rest, depth, isSame: false, innerUrl: undefined };
  return entry.tree
    .flatMap((each) => traceBeside(each, inner))
    .map((traced) => ({ ...traced, isInPath: false, isPlain: isPlain && traced.isPlain }));
}

/**
 * Whether two entries of one router match the same requests because they have the same paths.
 *
 * All paths count: Express 5 matches everything beneath `'/'`, but nothing beneath `['/', '/a']`.
 */
export function hasSamePaths(
  entry: RouterEntry<SeenHandler>,
  other: RouterEntry<SeenHandler> | undefined,
): boolean {
  if (other === undefined || (entry.kind === 'route') !== (other.kind === 'route')) return false;
  if (entry.paths.some((path) => path === undefined || isStateful(path))) return false;
  return (
    entry.expression === other.expression &&
    entry.paths.length === other.paths.length &&
    entry.paths.every((path, index) => {
      const otherPath = other.paths[index];
      return typeof path === typeof otherPath && String(path) === String(otherPath);
    })
  );
}

/** Finds the path behind that of an entry; `undefined` when the path does not lead there. */
function findRest({ kind, match }: RouterEntry<SeenHandler>, url: string): string | undefined {
  const matched = match(url);
  if (matched === undefined || kind === 'route') return matched;
  if (matched === '') return url === '' ? '/' : url;
  // Whatever an expression matches, Express removes only whole segments from the beginning.
  if (!url.startsWith(matched)) return undefined;
  const rest = url.slice(matched.length);
  if (rest === '') return '/';
  return rest.startsWith('/') ? rest : undefined;
}

/** Lists the handlers of an entry that run for a method, in that order. */
export function listHandlers(
  entry: EndpointEntry,
  method: string,
): readonly EntryHandler<SeenHandler>[] {
  if (entry.kind === 'middleware') return [entry.handler];
  const methods = entry.handlers.map((handler) => handler.method);
  // RFC 9110 §9.3.2: Express answers HEAD like GET unless the route has handlers for HEAD.
  const effective = method === 'HEAD' && !methods.includes('HEAD') ? 'GET' : method;
  return entry.handlers.filter(
    (handler) => handler.method === undefined || handler.method === effective,
  );
}
