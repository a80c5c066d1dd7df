/**
 * Lists the endpoints of an application: routes, and middleware that may answer.
 *
 * @module
 */
import type { DeclaredPath } from '../router/declared-path.js';
import { samplePaths } from '../router/path-samples.js';
import { formatPatterns } from '../router/route-names.js';
import type {
  MiddlewareEntry,
  RouteEntry,
  RouterEntry,
  RouterTree,
} from '../router/router-entry.js';
import type { SeenHandler } from '@scopegate/resource-server/internal';

/** A route, or a function mounted by `use()`. */
export type EndpointEntry = RouteEntry<SeenHandler> | MiddlewareEntry<SeenHandler>;

/** An entry that leads to an endpoint, under one of its declared paths. */
export interface PathEntry {
  readonly entry: RouterEntry<SeenHandler>;
  readonly pattern: DeclaredPath;
}

/** The entries that lead to an endpoint: routers, outermost first, then the endpoint itself. */
export type Path = readonly PathEntry[];

/** An entry that handles requests, under one of its paths. */
export interface Endpoint {
  readonly entry: EndpointEntry;
  readonly path: Path;
  /** Whether it is the last entry of its router. */
  readonly isLast: boolean;
  /** Whether it handles requests that no other entry of the application has answered. */
  readonly isFallback: boolean;
}

/** How endpoints are listed. */
export interface EndpointOptions {
  /** Where routers may be mounted, for versions of Express that do not expose mount paths. */
  readonly mountPaths: readonly string[];
  /** Whether the outermost router is that of an application, whose last function may be a fallback. */
  readonly isApplication: boolean;
}

/** Lists the endpoints of a tree, in the order they were mounted. */
export function listEndpoints(
  tree: RouterTree<SeenHandler>,
  options: EndpointOptions,
): readonly Endpoint[] {
  return listWithin(tree, [], options);
}

function listWithin(
  tree: RouterTree<SeenHandler>,
  outer: Path,
  options: EndpointOptions,
): readonly Endpoint[] {
  return tree.flatMap((entry, index) =>
    listPatterns(entry, options.mountPaths).flatMap((pattern) => {
      const path = [...outer, { entry, pattern }];
      if (entry.kind === 'mount') return listWithin(entry.tree, path, options);
      const isLast = index === tree.length - 1;
      const isOutermost = options.isApplication && outer.length === 0;
      // A function that is all an application contains is not its fallback.
      const isFallback = isOutermost && isLast && index > 0 && pattern === '/';
      return [{ entry, path, isLast, isFallback }];
    }),
  );
}

/** Adds all candidates that match an unknown path, and keeps it, because others may match too. */
function listPatterns(
  { paths, match }: RouterEntry<SeenHandler>,
  candidates: readonly string[],
): readonly DeclaredPath[] {
  const matching = candidates.filter((candidate) =>
    samplePaths(candidate).some((sample) => match(sample) === sample.replace(/\/$/, '')),
  );
  return paths.flatMap((path) => (path === undefined ? [...new Set(matching), undefined] : [path]));
}

/** Writes the declared path of an endpoint, those of its routers first. */
export function formatPath(path: Path): string {
  return formatPatterns(path.map(({ pattern }) => pattern));
}

/** Writes the path of an endpoint; middleware also handles every path beneath its own. */
export function formatEndpoint({ entry, path }: Endpoint): string {
  const text = formatPath(path);
  return entry.kind === 'middleware' ? `${text.replace(/\/$/, '')}/*` : text;
}
