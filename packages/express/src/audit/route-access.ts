/**
 * What stands in front of the handlers of a route: guards, marks, and routes that answer first.
 *
 * @module
 */
import type { Step } from './request-trace.js';
import type { MiddlewareNode, RouteNode } from '../router/route-walk.js';
import { type SeenHandler, seeHandler } from './seen-handler.js';

/**
 * How a route is protected: by a guard that needs a token, by one that takes callers without one too,
 * declared to be public, or not at all as far as can be seen.
 */
export type RouteAccess = 'guarded' | 'optional' | 'public' | 'open';

type SeenGuard = Extract<SeenHandler, { kind: 'guard' }>;
type Node = RouteNode | MiddlewareNode;

/** A place that a request meets before the one it is meant for. */
export interface Obstacle {
  readonly node: Node;
  /** It answers for sure; otherwise it may. */
  readonly isCertain: boolean;
}

/** What stands in front of the handlers of a place on every way to it. */
export interface AccessFacts {
  readonly guards: readonly SeenGuard[];
  /** Guards that stand on some ways, or of which it cannot be proven that they stand on every way. */
  readonly partialGuards: readonly SeenGuard[];
  readonly publicReason: string | undefined;
  readonly obstacle: Obstacle | undefined;
  /** Something answers first on every way, hostile ones included. */
  readonly isNeverReached: boolean;
  /** The names of the handlers of the place that run before any guard. */
  readonly earlyHandlers: readonly string[];
}

/** What the ways to a place have in common. */
export interface PlaceWays {
  readonly node: Node;
  readonly traces: readonly (readonly Step[])[];
  /** Those of ordinary requests among them, if any can be told. */
  readonly plainTraces: readonly (readonly Step[])[];
  /** From which router on the rest of the path is text alone. */
  readonly literalFrom: number;
}

/** Finds what every one of several traces has in common. */
export function findAccess(ways: PlaceWays): AccessFacts {
  const readings = ways.traces.map((steps) => readTrace(ways, steps));
  const [first, ...others] = readings;
  if (first === undefined) throw new Error('no way was found to a route');
  const isEverywhere = (holds: (reading: Reading) => boolean): boolean => others.every(holds);
  const guards = first.guards.filter((guard) =>
    isEverywhere((reading) => reading.guards.some((other) => isSameStep(guard, other))),
  );
  const met = readings.flatMap((reading) => [...reading.guards, ...reading.uncertainGuards]);
  const partial = met.filter(
    (guard, index) =>
      !guards.some((other) => isSameStep(guard, other)) &&
      met.findIndex((other) => isSameStep(guard, other)) === index,
  );
  const isLate = guards.every(({ seen, step }) => !isRequired(seen) || step.node === ways.node);
  const hasOwnGuard = guards.some(({ seen }) => isRequired(seen));
  return {
    guards: guards.map(({ seen }) => seen),
    partialGuards: partial.map(({ seen }) => seen),
    publicReason: isEverywhere(({ publicReason }) => publicReason !== undefined)
      ? first.publicReason
      : undefined,
    obstacle: findCommonObstacle(ways),
    isNeverReached: ways.traces.every(
      (steps) => findObstacle(ways.node, steps)?.isCertain === true,
    ),
    earlyHandlers: isLate && hasOwnGuard ? first.earlyHandlers : [],
  };
}

interface SeenStep {
  readonly step: Step;
  readonly seen: SeenHandler;
}

interface GuardStep {
  readonly step: Step;
  readonly seen: SeenGuard;
}

interface Reading extends Pick<AccessFacts, 'publicReason' | 'earlyHandlers'> {
  readonly guards: readonly GuardStep[];
  readonly uncertainGuards: readonly GuardStep[];
}

function readTrace({ node, literalFrom }: PlaceWays, steps: readonly Step[]): Reading {
  const all = steps.map((step) => ({ step, seen: seeHandler(step.handle) }));
  const isOwn = ({ step }: SeenStep): boolean => step.node === node;
  // What follows a handler that answers is never reached.
  const end = all.findIndex((each) => isOwn(each) && answers(each));
  const reached = end === -1 ? all : all.slice(0, end);
  // A guard with no handler behind it protects nothing.
  const last = all.findLastIndex((each) => isOwn(each) && each.seen.kind === 'other');
  const guards = reached.slice(0, last === -1 ? all.length : last).flatMap(asGuard);
  const isCertain = ({ step }: { readonly step: Step }): boolean =>
    step.isPlain || step.level >= literalFrom;
  const [publicReason] = reached.flatMap(({ step, seen }) =>
    seen.kind === 'mark' && isMarkFor(node, step) && isCertain({ step }) ? [seen.reason] : [],
  );
  return {
    guards: guards.filter(isCertain),
    uncertainGuards: guards.filter((guard) => !isCertain(guard)),
    publicReason,
    earlyHandlers: findEarly(all.filter(isOwn)),
  };
}

function asGuard({ step, seen }: SeenStep): readonly GuardStep[] {
  return seen.kind === 'guard' ? [{ step, seen }] : [];
}

function isSameStep({ step }: GuardStep, other: GuardStep): boolean {
  return step.node === other.step.node && step.handle === other.step.handle;
}

/** Whether a guard lets no request without a token pass. */
export function isRequired({ policy }: SeenGuard): boolean {
  return policy.authentication === 'required';
}

/** A mark does nothing to a request, so that of one route says nothing of another. */
function isMarkFor(node: Node, { node: owner, isOnWay }: Step): boolean {
  return owner === node || (owner.kind === 'middleware' && isOnWay);
}

/** Handlers in front of the first guard of a route run for every caller, whatever they do. */
function findEarly(own: readonly SeenStep[]): readonly string[] {
  const guard = own.findIndex(({ seen }) => seen.kind === 'guard' && isRequired(seen));
  return own
    .slice(0, Math.max(guard, 0))
    .flatMap(({ seen }) => (seen.kind === 'other' ? [seen.name] : []));
}

/** What stands in the way of every ordinary request; hostile ones may find a way around it. */
function findCommonObstacle({ node, traces, plainTraces }: PlaceWays): Obstacle | undefined {
  const ordinary = plainTraces.length > 0 ? plainTraces : traces;
  const [first, ...others] = ordinary.map((steps) => findObstacle(node, steps));
  return others.every((other) => other?.node === first?.node) ? first : undefined;
}

function findObstacle(node: Node, steps: readonly Step[]): Obstacle | undefined {
  const others = steps
    .map((step) => ({ step, seen: seeHandler(step.handle) }))
    .filter(({ step, seen }) => step.node !== node && seen.kind === 'other');
  const certain = others.find(answers);
  // Middleware that takes a `next` is taken to call it, and so is what stands on all methods.
  const possible = others.find(
    ({ step }) => step.node.kind === 'route' && step.method !== undefined,
  );
  const first = certain ?? possible;
  return first && { node: first.step.node, isCertain: first === certain };
}

function answers({ seen }: SeenStep): boolean {
  return seen.kind === 'other' && seen.answers;
}
