/**
 * Routes that never see a request, or not every one, because an earlier handler answers it.
 *
 * @module
 */
import type { EndpointEntry } from './endpoints.js';
import type { MethodTraces } from './endpoint-traces.js';
import type { Trace } from './request-trace.js';
import { isFinal } from '@scopegate/resource-server/internal';

/** An entry that may answer a request before the endpoint does. */
export interface Shadow {
  readonly entry: EndpointEntry;
  /** Whether it always answers; otherwise it may. */
  readonly isCertain: boolean;
}

/** Finds what answers every ordinary request first; unusual requests may still pass it. */
export function findCommonShadow(traces: MethodTraces): Shadow | undefined {
  const ordinary = traces.samples.length > 0 ? traces.samples : traces.all;
  const [first, ...others] = ordinary.map((trace) => findShadow(traces, trace));
  return others.every((other) => other?.entry === first?.entry) ? first : undefined;
}

/** Finds what answers the request of one trace first. */
export function findShadow({ entry }: MethodTraces, trace: Trace): Shadow | undefined {
  const others = trace.filter((each) => each.entry !== entry && each.seen.kind === 'other');
  const certain = others.find(({ seen }) => isFinal(seen));
  if (certain !== undefined) return { entry: certain.entry, isCertain: true };
  // The audit assumes that middleware, and handlers for all methods, call `next` if they take it.
  const possible = others.find((each) => each.entry.kind === 'route' && each.method !== undefined);
  return possible && { entry: possible.entry, isCertain: false };
}
