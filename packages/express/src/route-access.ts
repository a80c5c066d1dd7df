/**
 * What stands before the handlers of a route: guards, marks, and routes that answer first.
 *
 * @module
 */
import type { Step } from './route-trace.js';
import type { MiddlewareNode, RouteNode } from './route-walk.js';
import { type SeenHandler, seeHandler } from './seen-handler.js';

/**
 * How a route is protected: by a guard that needs a token, by one that takes callers without one too,
 * declared to be public, or not at all as far as can be seen.
 */
export type RouteAccess = 'guarded' | 'optional' | 'public' | 'open';

type SeenGuard = Extract<SeenHandler, { kind: 'guard' }>;

/** A place that a request meets before the one it is meant for. */
export interface Obstacle {
  readonly node: RouteNode | MiddlewareNode;
  /** It answers for sure; otherwise it may. */
  readonly isCertain: boolean;
}

/** What stands before the handlers of a place on every way to it. */
export interface AccessFacts {
  readonly guards: readonly SeenGuard[];
  readonly publicReason: string | undefined;
  readonly obstacle: Obstacle | undefined;
}

/** Finds what every one of several traces has in common. */
export function findAccess(
  node: RouteNode | MiddlewareNode,
  traces: readonly (readonly Step[])[],
): AccessFacts {
  const [first, ...others] = traces.map((steps) => readTrace(node, steps));
  if (first === undefined) return { guards: [], publicReason: undefined, obstacle: undefined };
  const isEverywhere = (holds: (facts: AccessFacts) => boolean): boolean => others.every(holds);
  return {
    guards: first.guards.filter(({ policy }) =>
      isEverywhere(({ guards }) => guards.some((guard) => guard.policy === policy)),
    ),
    publicReason: isEverywhere(({ publicReason }) => publicReason !== undefined)
      ? first.publicReason
      : undefined,
    obstacle: isEverywhere(({ obstacle }) => obstacle?.node === first.obstacle?.node)
      ? first.obstacle
      : undefined,
  };
}

interface SeenStep extends Step {
  readonly seen: SeenHandler;
}

function readTrace(node: RouteNode | MiddlewareNode, steps: readonly Step[]): AccessFacts {
  const all = steps.map((step) => ({ ...step, seen: seeHandler(step.handle) }));
  // What follows a handler that answers is never reached.
  const end = all.findIndex((step) => step.node === node && answers(step));
  const reached = end === -1 ? all : all.slice(0, end);
  const guards = reached.flatMap(({ seen }) => (seen.kind === 'guard' ? [seen] : []));
  const [publicReason] = reached.flatMap(({ seen }) => (seen.kind === 'mark' ? [seen.reason] : []));
  return { guards, publicReason, obstacle: findObstacle(node, reached) };
}

function findObstacle(
  node: RouteNode | MiddlewareNode,
  steps: readonly SeenStep[],
): Obstacle | undefined {
  const others = steps.filter((step) => step.node !== node && step.seen.kind === 'other');
  const certain = others.find(answers);
  // Middleware that takes a `next` is taken to call it, and so is what stands on all methods.
  const possible = others.find((step) => step.node.kind === 'route' && step.method !== undefined);
  const first = certain ?? possible;
  return first && { node: first.node, isCertain: first === certain };
}

function answers({ seen }: SeenStep): boolean {
  return seen.kind === 'other' && seen.answers;
}
