/**
 * Every place in an application where a request may end.
 *
 * @module
 */
import type { DeclaredPath } from '../router/express-layer.js';
import { samplePaths } from '../router/path-samples.js';
import type { Chain } from './request-trace.js';
import type { MiddlewareNode, RouteNode, RouteTree } from '../router/route-walk.js';

/** A route, or a function mounted by `use()`, under one of its declared paths. */
export interface Place {
  readonly node: RouteNode | MiddlewareNode;
  readonly chain: Chain;
  /** The declared path of each link of the chain. */
  readonly paths: readonly DeclaredPath[];
  /** The last of its router's stack. */
  readonly isLast: boolean;
  /** The last of the outermost application, behind others: what no other has taken ends there. */
  readonly isFallback: boolean;
}

/** How places are listed. */
export interface PlaceOptions {
  /** Where routers may be mounted, for versions of Express that do not tell. */
  readonly mountPaths: readonly string[];
  /** Whether the outermost router is that of an application, whose last function may be a fallback. */
  readonly isApplication: boolean;
}

/** Lists the places of a tree, in the order they were mounted. */
export function listPlaces(
  tree: readonly RouteTree[],
  { mountPaths, isApplication }: PlaceOptions,
): readonly Place[] {
  const list = (
    nodes: readonly RouteTree[],
    outer: readonly RouteTree[],
    outerPaths: readonly DeclaredPath[],
  ): readonly Place[] =>
    nodes.flatMap((node, index) =>
      node.paths
        .flatMap((declared) => (declared === undefined ? guessPaths(node, mountPaths) : [declared]))
        .flatMap((declared) => {
          const paths = [...outerPaths, declared];
          if (node.kind === 'mount') return list(node.nodes, [...outer, node], paths);
          const isLast = index === nodes.length - 1;
          const isOutermost = isApplication && outer.length === 0;
          const isFallback = isOutermost && isLast && index > 0 && declared === '/';
          return [{ node, chain: [...outer, node] as const, paths, isLast, isFallback }];
        }),
    );
  return list(tree, [], []);
}

/** Every candidate that fits. Others may fit as well, so the path stays unknown besides. */
function guessPaths({ match }: RouteTree, candidates: readonly string[]): readonly DeclaredPath[] {
  const fitting = candidates.filter((candidate) =>
    samplePaths(candidate).some((sample) => match(sample) === sample.replace(/\/$/, '')),
  );
  return [...new Set(fitting), undefined];
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
