/**
 * Traces requests to an endpoint, among them requests that may bypass its guards.
 *
 * @module
 */
import type { DeclaredPath } from '../router/declared-path.js';
import {
  findRepresentation,
  isFullyShaped,
  joinSamples,
  joinShapes,
} from '../router/joined-paths.js';
import { isLiteral, isLossy } from '../router/path-pattern.js';
import type { RouterTree } from '../router/router-entry.js';
import type { Endpoint, EndpointEntry } from './endpoints.js';
import {
  createBlindRequests,
  createLossyRequests,
  listPatternEntries,
  listSuffixes,
} from './evasive-requests.js';
import {
  listTracedHandlers,
  type RequestPaths,
  type Trace,
  type TracedEntry,
  traceRequest,
} from './request-trace.js';
import type { SeenHandler } from '@scopegate/resource-server/internal';

/** What requests to an endpoint reach, whatever their method. */
export interface EndpointTraces {
  /** What each of several requests reaches. Never empty. */
  readonly all: readonly (readonly TracedEntry[])[];
  /** Concrete paths that lead to the endpoint; empty when none was found. */
  readonly samplePaths: readonly string[];
  /** What requests to the sample paths reach. */
  readonly samples: readonly (readonly TracedEntry[])[];
  /** The depth from which the rest of the path is literal text; `Infinity` when there is none. */
  readonly literalFrom: number;
}

/** What requests with one method reach on their way to an endpoint. */
export interface MethodTraces {
  readonly entry: EndpointEntry;
  readonly all: readonly Trace[];
  /** Those of requests to sample paths; empty when there are none. */
  readonly samples: readonly Trace[];
  readonly literalFrom: number;
}

/** Creates requests to an endpoint, and traces them. */
export function traceEndpoint(tree: RouterTree<SeenHandler>, endpoint: Endpoint): EndpointTraces {
  const { path } = endpoint;
  const trace: TraceRequests = (requests) =>
    requests
      .map((request) => traceRequest(tree, path, request))
      .filter((traced) => traced !== undefined);
  const literalFrom = findLiteral(endpoint);
  const entries = listPatternEntries(path);
  if (entries.length < path.length) {
    const all = traceUnknown(endpoint, trace);
    return { all, samplePaths: [], samples: [], literalFrom };
  }
  const shaped = traceShapes(endpoint, trace);
  const guesses = shaped.isComplete ? entries.map(findRepresentation) : path.map(() => undefined);
  const isKnown = guesses.every((guess) => typeof guess === 'string');
  const blind = isKnown ? [] : trace(createBlindRequests(endpoint, guesses));
  const samplePaths = shaped.isReached
    ? joinSamples(entries).filter((sample) => trace([[sample]]).length > 0)
    : [];
  return {
    all: [...shaped.traced, ...trace(createLossyRequests(endpoint)), ...blind],
    samplePaths,
    samples: trace(samplePaths.map((sample) => [sample])),
    literalFrom,
  };
}

/** Reduces the traces of an endpoint to the handlers that run for a method. */
export function selectMethod(
  { entry }: Endpoint,
  traces: EndpointTraces,
  method: string,
): MethodTraces {
  return {
    entry,
    all: traces.all.map((traced) => listTracedHandlers(traced, method)),
    samples: traces.samples.map((traced) => listTracedHandlers(traced, method)),
    literalFrom: traces.literalFrom,
  };
}

/** Traces requests; those that do not lead to the endpoint are left out. */
type TraceRequests = (requests: readonly RequestPaths[]) => readonly (readonly TracedEntry[])[];

interface ShapeTraces {
  readonly traced: readonly (readonly TracedEntry[])[];
  /** Whether a request that does not depend on an optional shape leads to the endpoint. */
  readonly isReached: boolean;
  /** Whether the requests represent all that the shapes of the path represent. */
  readonly isComplete: boolean;
}

function traceShapes({ entry, path }: Endpoint, trace: TraceRequests): ShapeTraces {
  const shapes = joinShapes(listPatternEntries(path), listSuffixes(entry));
  const traced = shapes.joined.map(({ texts, isOptional }) => {
    return { found: trace(texts.map((text) => [text])), isOptional };
  });
  const required = traced.filter(({ isOptional }) => !isOptional);
  const isReached = required.some(({ found }) => found.length > 0);
  const isComplete =
    shapes.isComplete && isReached && required.every(({ found }) => found.length > 0);
  // RFC 9112 §3.2.4: the request-target of OPTIONS may be "*".
  const all = [...traced.flatMap(({ found }) => found), ...trace([['*']])];
  return { traced: all, isReached, isComplete };
}

/** Traces requests to an endpoint with at least one declared path that is not a string. */
function traceUnknown(
  endpoint: Endpoint,
  trace: TraceRequests,
): readonly (readonly TracedEntry[])[] {
  const { path } = endpoint;
  const known = path.map(({ pattern }) => pattern);
  const traced = trace(createBlindRequests(endpoint, known));
  const isComplete = traced.length > 0 && listPatternEntries(path).every(isFullyShaped);
  if (isComplete) return traced;
  const unknown = path.map(() => undefined);
  return [...traced, ...trace(createBlindRequests(endpoint, unknown))];
}

function findLiteral({ entry, path }: Endpoint): number {
  if (entry.kind === 'middleware') return Infinity;
  const patterns = path.map(({ pattern }) => pattern);
  const end = patterns.length - 1;
  const isText = (pattern: DeclaredPath, index: number): boolean =>
    typeof pattern === 'string' && (index === end ? isLiteral(pattern) : !isLossy(pattern));
  const last = patterns.findLastIndex((pattern, index) => !isText(pattern, index));
  return last === end ? Infinity : last + 1;
}
