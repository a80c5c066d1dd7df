/**
 * Decides how guards and marks protect a route.
 *
 * @module
 */
import {
  isFinal,
  isRequired,
  type PartialGuard,
  type Reporter,
  type SeenGuard,
} from '@scopegate/resource-server/internal';
import type { EndpointEntry } from './endpoints.js';
import type { MethodTraces } from './endpoint-traces.js';
import type { Trace, TracedHandler } from './request-trace.js';
import { findCommonShadow, findShadow, type Shadow } from './route-shadow.js';

/** What all requests to an endpoint have in common. */
export interface EndpointAccess {
  /** Guards that every request runs before the handlers of the endpoint. */
  readonly guards: readonly SeenGuard[];
  /** Guards that some requests do not run, or may not run. */
  readonly partialGuards: readonly PartialGuard[];
  /** Guards that only report, on any path that leads to the endpoint. */
  readonly reporters: readonly Reporter[];
  readonly publicReason: string | undefined;
  readonly shadow: Shadow | undefined;
  /** Whether another entry answers every request first. */
  readonly isNeverReached: boolean;
  /** The names of the handlers of the endpoint that run before any guard. */
  readonly earlyHandlers: readonly string[];
}

/** Finds what all traces of an endpoint have in common. */
export function findAccess(traces: MethodTraces): EndpointAccess {
  const readings = traces.all.map((trace) => readTrace(traces, trace));
  const [first, ...others] = readings;
  if (first === undefined) throw new Error('no request leads to an endpoint');
  const guards = first.guards.filter((guard) =>
    others.every((reading) => includesGuard(reading.guards, guard)),
  );
  const isLate = guards.every(({ seen, entry }) => !isRequired(seen) || entry === traces.entry);
  const hasGuard = guards.some(({ seen }) => isRequired(seen));
  return {
    guards: guards.map(({ seen }) => seen),
    partialGuards: findPartialGuards(readings, guards),
    reporters: readings.flatMap((reading) => reading.reporters),
    publicReason: others.every(({ publicReason }) => publicReason !== undefined)
      ? first.publicReason
      : undefined,
    shadow: findCommonShadow(traces),
    isNeverReached: traces.all.every((trace) => findShadow(traces, trace)?.isCertain === true),
    earlyHandlers: isLate && hasGuard ? first.earlyHandlers : [],
  };
}

interface TracedGuard extends TracedHandler {
  readonly seen: SeenGuard;
}

/** What one trace shows. */
interface Reading extends Pick<EndpointAccess, 'publicReason' | 'earlyHandlers' | 'reporters'> {
  readonly guards: readonly TracedGuard[];
  /** Guards whose paths contain an expression. */
  readonly uncertainGuards: readonly TracedGuard[];
}

function readTrace({ entry, literalFrom }: MethodTraces, trace: Trace): Reading {
  const isOwn = (handler: TracedHandler): boolean => handler.entry === entry;
  // Handlers after one that always answers never run.
  const end = trace.findIndex((handler) => isOwn(handler) && isFinal(handler.seen));
  const reached = end === -1 ? trace : trace.slice(0, end);
  // A guard behind the last handler protects nothing.
  const last = trace.findLastIndex((handler) => isOwn(handler) && handler.seen.kind === 'other');
  const guards = reached.slice(0, last === -1 ? trace.length : last).filter(isTracedGuard);
  const isCertain = ({ isPlain, depth }: TracedHandler): boolean => isPlain || depth >= literalFrom;
  const [publicReason] = reached.flatMap((handler) =>
    handler.seen.kind === 'mark' && isMarkFor(entry, handler) && isCertain(handler)
      ? [handler.seen.reason]
      : [],
  );
  return {
    guards: guards.filter(isCertain),
    uncertainGuards: guards.filter((guard) => !isCertain(guard)),
    reporters: reached.flatMap(({ seen }) => (seen.kind === 'reporter' ? [seen] : [])),
    publicReason,
    earlyHandlers: listEarlyHandlers(trace.filter(isOwn)),
  };
}

function isTracedGuard(handler: TracedHandler): handler is TracedGuard {
  return handler.seen.kind === 'guard';
}

function includesGuard(guards: readonly TracedGuard[], guard: TracedGuard): boolean {
  return guards.some((other) => isSameGuard(other, guard));
}

function isSameGuard(guard: TracedGuard, other: TracedGuard): boolean {
  return guard.entry === other.entry && guard.handle === other.handle;
}

function findPartialGuards(
  readings: readonly Reading[],
  counting: readonly TracedGuard[],
): readonly PartialGuard[] {
  const traced = readings.map(({ guards, uncertainGuards }) => [...guards, ...uncertainGuards]);
  const all = traced.flat();
  const distinct = all.filter(
    (guard, index) => all.findIndex((other) => isSameGuard(guard, other)) === index,
  );
  return distinct
    .filter((guard) => !includesGuard(counting, guard))
    .map((guard) => ({
      name: guard.seen.name,
      isBypassed: !traced.every((guards) => includesGuard(guards, guard)),
    }));
}

/** A mark in a route declares only that route; a mark mounted by `use()` declares what follows. */
function isMarkFor(entry: EndpointEntry, mark: TracedHandler): boolean {
  return mark.entry === entry || (mark.entry.kind === 'middleware' && mark.isInPath);
}

/** Lists the handlers of a route in front of its first guard: they run for every caller. */
function listEarlyHandlers(own: Trace): readonly string[] {
  const guard = own.findIndex(({ seen }) => seen.kind === 'guard' && isRequired(seen));
  return own
    .slice(0, Math.max(guard, 0))
    .flatMap(({ seen }) => (seen.kind === 'other' ? [seen.name] : []));
}
