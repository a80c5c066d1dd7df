/**
 * The inspector in an application, behind a guard or other middleware.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { createMark, isRequired, readHandler } from '@scopegate/resource-server/internal';
import { runUnseen } from '../feed/feed.js';
import { send } from '../response.js';
import { type Entrance, pathOf, respond, type Site, type Visit } from './site.js';

/**
 * Middleware of any package that calls `next()` only for requests that may pass.
 */
export type ProtectingMiddleware = (req: never, res: never, next: never) => unknown;

/** Options of `middleware()`. */
export interface MountOptions {
  /**
   * What protects the page; required. With a guard of `@scopegate/express`, every request for data needs an
   * access token that it accepts, and the page asks its reader for one; the files of the page are public. Other
   * middleware, such as a check of the application's own sessions, runs for every request.
   */
  readonly protectedBy: ProtectingMiddleware;
}

/** Middleware for Express, or for anything else that mounts `(req, res, next)` at a path. */
export type InspectorMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** Protection with the parameters that it is called with. */
type Protection = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/** Mounted streams end after 5 minutes, so that a page whose token has expired loses its access. */
const STREAM_ENDS_AFTER_MS = 300_000;

/**
 * Creates middleware that serves the page.
 *
 * @throws TypeError `protectedBy` is missing or protects nothing.
 */
export function createMiddleware(
  site: Site,
  { isExplainOn, options }: { readonly isExplainOn: boolean; readonly options: unknown },
): InspectorMiddleware {
  const { protection, isGuard } = resolveProtection(options);
  const streamEndsAfterMs = STREAM_ENDS_AFTER_MS;
  const guarded: Entrance = {
    kind: 'token',
    authorize: (visit, next) => {
      runUnseen(() => {
        protect(protection, visit, next);
      });
    },
    isExplainOn,
    streamEndsAfterMs,
  };
  const admitted: Entrance = {
    kind: 'none',
    authorize: (_visit, next) => {
      next();
    },
    isExplainOn,
    streamEndsAfterMs,
  };
  const scopegateInspector: InspectorMiddleware = (req, res, next) => {
    const visit: Visit = { req, res, path: pathOf(req.url), fail: next };
    if (isGuard) enter(site, guarded, visit);
    else {
      protect(protection, visit, () => {
        enter(site, admitted, visit);
      });
    }
  };
  const name = protection.name === '' ? 'middleware' : protection.name;
  return createMark(scopegateInspector, `the inspector, protected by ${name}`);
}

interface ResolvedProtection {
  readonly protection: Protection;
  readonly isGuard: boolean;
}

/** @throws TypeError It is missing, or lets requests pass that nothing has protected. */
function resolveProtection(options: unknown): ResolvedProtection {
  assertKnownOptions('middleware()', options ?? {}, ['protectedBy']);
  const { protectedBy } = (options ?? {}) as { readonly protectedBy?: unknown }; // an object, as checked
  if (typeof protectedBy !== 'function' || protectedBy.length > 3) {
    const example = "as in middleware({ protectedBy: ops.requireScope('inspect:api') })";
    throw invalidOption('protectedBy', `must be a guard or other middleware, ${example}`);
  }
  const protection = protectedBy as Protection; // a function that is called as middleware
  const seen = readHandler(protection);
  if (seen.kind === 'other') return { protection, isGuard: false };
  const isEnforced = seen.kind === 'guard' && isRequired(seen) && !isReportOnly(seen.policy);
  if (isEnforced) return { protection, isGuard: true };
  throw invalidOption('protectedBy', 'must refuse requests without a token; use requireScope(…)');
}

function isReportOnly({
  reportOnlyUntil,
}: {
  readonly reportOnlyUntil: string | undefined;
}): boolean {
  return reportOnlyUntil !== undefined;
}

/** Calls the protection. What it passes on as an error, throws or rejects with goes to the application. */
function protect(protection: Protection, { req, res, fail }: Visit, next: () => void): void {
  let isDecided = false;
  const decide = (decision: () => void): void => {
    if (isDecided) return;
    isDecided = true;
    decision();
  };
  const failOnce = (error: unknown): void => {
    decide(() => {
      fail(error);
    });
  };
  const pass = (error?: unknown): void => {
    // Express also passes `'route'` and `'router'` here: to leave, not to continue.
    if (error === undefined || error === null) decide(next);
    else failOnce(error);
  };
  try {
    Promise.resolve(protection(req, res, pass)).catch(failOnce);
  } catch (error) {
    failOnce(error);
  }
}

/** Responds, or redirects to the address with a slash at its end, because the page's own URLs are relative. */
function enter(site: Site, entrance: Entrance, visit: Visit): void {
  const { req, res, path } = visit;
  const { originalUrl } = req as { readonly originalUrl?: unknown };
  const mounted = typeof originalUrl === 'string' ? pathOf(originalUrl) : '';
  if (path !== '' || mounted === '' || mounted.endsWith('/')) {
    respond(site, entrance, visit);
    return;
  }
  // Relative, so that no path can lead to another host.
  const location = `./${mounted.slice(mounted.lastIndexOf('/') + 1)}/`;
  const headers = { Location: location };
  send(res, { status: 308, type: 'text/plain; charset=utf-8', body: '', headers });
}
