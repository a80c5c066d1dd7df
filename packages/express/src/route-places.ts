/**
 * Every place in an application where a request may end, and requests that lead there.
 *
 * @module
 */
import type { DeclaredPath } from './express-layer.js';
import { samplePaths } from './path-samples.js';
import { type Chain, type Step, type TracedRequest, traceRequest } from './route-trace.js';
import type { MiddlewareNode, RouteNode, RouteTree } from './route-walk.js';

/** A route, or a function mounted by `use()`, under one of its declared paths. */
export interface Place {
  readonly node: RouteNode | MiddlewareNode;
  readonly chain: Chain;
  /** The declared path of each link of the chain. */
  readonly paths: readonly DeclaredPath[];
  /** The last of its router's stack. */
  readonly isLast: boolean;
}

/** How requests come to a place. */
export interface Ways {
  /** What each of several requests meets on its way. Never empty. */
  readonly traces: readonly (readonly Step[])[];
  /** Concrete paths that lead there; empty when none could be worked out. */
  readonly samples: readonly string[];
}

/** What may follow where the rest of a path is not known. */
const UNKNOWN_RESTS = ['', '/', '/sample', '/1', '/sample/sample'];
const MAX_WAYS = 48;

/**
 * Lists the places of a tree, in the order they were mounted.
 *
 * @param mountPaths - Where routers may be mounted, for versions of Express that do not tell.
 */
export function listPlaces(
  tree: readonly RouteTree[],
  mountPaths: readonly string[],
): readonly Place[] {
  const list = (
    nodes: readonly RouteTree[],
    outer: readonly RouteTree[],
    outerPaths: readonly DeclaredPath[],
  ): readonly Place[] =>
    nodes.flatMap((node, index) =>
      node.paths.flatMap((declared) => {
        const paths = [...outerPaths, declared ?? findMountPath(node, mountPaths)];
        if (node.kind === 'mount') return list(node.nodes, [...outer, node], paths);
        const isLast = index === nodes.length - 1;
        return [{ node, chain: [...outer, node] as const, paths, isLast }];
      }),
    );
  return list(tree, [], []);
}

function findMountPath({ match }: RouteTree, candidates: readonly string[]): DeclaredPath {
  return candidates.find((candidate) =>
    samplePaths(candidate).some((sample) => match(sample) === sample.replace(/\/$/, '')),
  );
}

/** Writes a declared path, mounts included; what is not known is said to be so. */
export function formatPath(paths: readonly DeclaredPath[]): string {
  const text = paths
    .map((path) => {
      if (path === undefined) return '/(unknown)';
      return typeof path === 'string' ? path.replace(/\/$/, '') : `(${String(path)})`;
    })
    .join('');
  return text === '' ? '/' : text;
}

/** Finds requests with a method that lead to a place. */
export function findWays(tree: readonly RouteTree[], place: Place, method: string): Ways {
  const { chain, paths } = place;
  const traceAll = (requests: readonly TracedRequest['paths'][]): readonly (readonly Step[])[] =>
    requests
      .map((request) => traceRequest(tree, chain, { method, paths: request }))
      .filter((steps) => steps !== undefined);
  const samples = paths.every(isKnown)
    ? joinSamples(paths, ['']).filter((path) => traceAll([[path]]).length > 0)
    : [];
  // A route may be less particular about its spelling than a guard before it.
  const spellings = samples.flatMap((path) => [[path], [path.toUpperCase()], [`${path}/`]]);
  if (samples.length > 0) return { samples, traces: traceAll(spellings) };
  const traces = traceAll(blindRequests(paths));
  if (traces.length > 0) return { samples, traces };
  return { samples, traces: traceAll(blindRequests(paths.map(() => undefined))) };
}

function isKnown(path: DeclaredPath): path is string {
  return typeof path === 'string';
}

/** The path of every link put together; its parameters filled in several ways. */
function joinSamples(paths: readonly string[], rests: readonly string[]): readonly string[] {
  let joined: readonly string[] = [''];
  for (const texts of [...paths.map(samplePaths), rests]) {
    joined = joined
      .flatMap((before) => texts.map((text) => before.replace(/\/$/, '') + text))
      .slice(0, MAX_WAYS);
  }
  return [...new Set(joined.map((path) => (path === '' ? '/' : path)))];
}

/**
 * Requests to a place whose path is not known in full.
 *
 * Behind a path that is not known the next router begins anew. What may stand in its place is tried
 * in several forms, so that a guard before it counts only when it does not depend on it.
 */
function blindRequests(paths: readonly DeclaredPath[]): readonly TracedRequest['paths'][] {
  const lists = [undefined, ...paths].map((_path, index) => {
    if (index > 0 && isKnown(paths[index - 1])) return undefined;
    const rest = paths.slice(index);
    const known = rest
      .slice(
        0,
        rest.findIndex((path) => !isKnown(path)),
      )
      .filter(isKnown);
    return rest.every(isKnown)
      ? joinSamples(rest.filter(isKnown), [''])
      : joinSamples(known, UNKNOWN_RESTS);
  });
  const longest = Math.max(...lists.map((list) => list?.length ?? 0));
  return Array.from({ length: longest }, (_item, turn) =>
    lists.map((list) => list?.[turn % list.length]),
  );
}
