/**
 * Why requests without a token reach a route that was not declared public.
 *
 * @module
 */
import type { RouteAccess } from './route-access.js';

/**
 * Why a route or middleware is exposed:
 *
 * - `open`: no guard that enforces its policy runs before its handlers on every path that leads there;
 * - `optional`: its guard lets requests without a token pass, and no `declarePublic()` declares that;
 * - `early_handler`: a handler of the route runs before its guard;
 * - `unseen`: the audit cannot inspect middleware that is mounted on a path, without a guard.
 */
export type ExposureCause = 'open' | 'optional' | 'early_handler' | 'unseen';

/** Why requests without a token reach a route or middleware. */
export interface ExposureReason {
  /** The kind of exposure, for programs. */
  readonly cause: ExposureCause;
  /**
   * The explanation, for people: a clause without a period, as in `'no guard runs before its
   * handlers'`. It names each guard that does not count, and why.
   */
  readonly reason: string;
}

/**
 * A route or middleware that requests without a token reach, although that was not declared.
 *
 * @example
 * for (const { endpoint, reason } of auditRoutes(app).exposures) {
 *   console.error(`${endpoint}: ${reason}`); // 'GET /sales: no guard runs before its handlers'
 * }
 */
export interface Exposure extends ExposureReason {
  /** A route, as in `'GET /v1/sales/:id'`; or middleware, as in `'serveStatic on /files'`. */
  readonly endpoint: string;
}

/** A guard that does not count. */
export interface PartialGuard {
  readonly name: string;
  /**
   * Whether requests were found that reach the endpoint without it. Otherwise its path contains a
   * regular expression, and the audit cannot determine whether every request matches it.
   */
  readonly isBypassed: boolean;
}

/** A guard that lets every request pass until an instant. */
export interface Reporter {
  readonly name: string;
  /** An instant in ISO 8601. */
  readonly until: string;
}

/** What decides whether a route is exposed. */
export interface RouteEntry {
  /** Guards that only report. */
  readonly reporters: readonly Reporter[];
  /** Guards that some requests do not run, or may not run. */
  readonly partialGuards: readonly PartialGuard[];
  readonly publicReason: string | undefined;
  /** The names of the handlers of the route that run before any guard. */
  readonly earlyHandlers: readonly string[];
}

/** Finds why a route is exposed; `undefined` when it is guarded or declared public. */
export function findExposure(
  access: RouteAccess,
  { publicReason, partialGuards, reporters, earlyHandlers }: RouteEntry,
): ExposureReason | undefined {
  const partial = [...describePartialGuards(partialGuards), ...describeReporters(reporters)];
  if (access === 'open') {
    const reasons = partial.length === 0 ? ['no guard runs before its handlers'] : partial;
    return createReason('open', reasons);
  }
  if (publicReason !== undefined) return undefined;
  if (access === 'optional') {
    return createReason('optional', ['its guard lets requests without a token pass', ...partial]);
  }
  if (earlyHandlers.length === 0) return undefined;
  return createReason('early_handler', [describeEarlyHandlers(earlyHandlers)]);
}

/** Describes which handlers of a route run before its guard. */
export function describeEarlyHandlers(names: readonly string[]): string {
  const list = names.map((name) => (name === '' ? 'a function' : name)).join(', ');
  return `${list} ${names.length === 1 ? 'runs' : 'run'} before the guard`;
}

function createReason(cause: ExposureCause, reasons: readonly string[]): ExposureReason {
  return Object.freeze({ cause, reason: reasons.join(', and ') });
}

/** Describes why guards that seem to protect a route do not count. */
function describePartialGuards(guards: readonly PartialGuard[]): readonly string[] {
  const why = ({ isBypassed }: PartialGuard): string =>
    isBypassed
      ? 'some requests reach the route without it'
      : 'the regular expression in its path may not match every request';
  return [...new Set(guards.map((guard) => `${guard.name} does not count because ${why(guard)}`))];
}

/** Describes why guards that only report do not count. */
function describeReporters(reporters: readonly Reporter[]): readonly string[] {
  const reasons = reporters.map(
    ({ name, until }) => `${name} does not count because it only reports until ${until}`,
  );
  return [...new Set(reasons)];
}

/** Finds until when the last of several guards only reports; `undefined` without such guards. */
export function findLastInstant(reporters: readonly Reporter[]): string | undefined {
  // In alphabetical order, instants of this form are in the order of time.
  return reporters
    .map(({ until }) => until)
    .sort()
    .at(-1);
}
