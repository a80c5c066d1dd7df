/**
 * Audits which routes of an application are guarded by hooks.
 *
 * @module
 */
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  optionalStrings,
} from '@scopegate/protocol/internal';
import type { AuditedRoute } from '../audit/audited-route.js';
import { combinePolicies, combineTrials } from '../audit/combined-policy.js';
import { classifyAccess } from '../audit/route-access.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { findExposure, findLastInstant } from '../audit/route-exposure.js';
import { auditCoverage } from '../audit/scope-coverage.js';
import { isRequired, readHandler, type SeenHandler } from '../audit/seen-handler.js';
import { findMetadata, type PublishedMetadata } from '../metadata/published-metadata.js';
import {
  type AnnouncedRoute,
  getRoutes,
  listInheritedGuards,
  type LoggedRoute,
  type RouteAnnouncer,
} from './route-log.js';

/**
 * How an application is audited.
 *
 * @example
 * auditRoutes(app, { scopes: ['read'], ignoreRoutes: ['OPTIONS *'] });
 */
export interface HookAuditOptions {
  /**
   * The scopes that the API declares. They are compared with the scopes that routes require.
   *
   * @defaultValue `scopes_supported` of the served metadata; without it nothing is compared
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * Routes that plugins declare and that are public on purpose, as findings name them:
   * `['OPTIONS *']` for `@fastify/cors`. `'GET /a'` also names the `HEAD` that it implies. Each name must
   * match a route that would otherwise be an exposure, so that obsolete names are reported. Declare your
   * own routes by `declarePublic()`.
   *
   * @defaultValue `[]`
   */
  readonly ignoreRoutes?: readonly string[] | undefined;
}

/**
 * Reports how every route of an application is protected. Call it when the application is ready.
 *
 * A guard counts for a route when it is a hook of the route, or when `guardAll()` has added it to the
 * instance that declares the route, or to one that this instance inherits it from. When in doubt, it does
 * not count: a guard that `addHook()` has added is invisible, and what a handler checks inside is, too.
 * Such routes are `open` unless `declarePublic()` declares them.
 *
 * The audit cannot see:
 *
 * - hooks of an instance that answer, or that change the URL or the method;
 * - error handlers and handlers for unknown paths that answer;
 * - `upgrade` requests that no route handles.
 *
 * @param app - An application that `watchRoutes()` watches.
 * @throws TypeError The application is not watched or not ready, or an option is unknown or out of range.
 * @example
 * auditRoutes(app).exposures.map(({ endpoint, reason }) => `${endpoint}: ${reason}`)
 */
export function auditHookRoutes(app: RouteAnnouncer, options: HookAuditOptions = {}): RouteAudit {
  assertKnownOptions('auditRoutes()', options, ['scopes', 'ignoreRoutes']);
  const declared = optionalStrings(options, 'scopes');
  const ignored = optionalStrings(options, 'ignoreRoutes') ?? [];
  const logged = getRoutes(app);
  const documents = logged.flatMap(({ route }) => findDocument(route) ?? []);
  const found = listRows(logged, app.supportedMethods.length);
  assertNeeded(ignored, found);
  const rows = found.map((row) => (isNamed(row, ignored) ? ignore(row) : row));
  const exposures = rows.flatMap(({ method, path, exposure }) =>
    exposure === undefined ? [] : [Object.freeze({ endpoint: `${method} ${path}`, ...exposure })],
  );
  return Object.freeze({
    routes: Object.freeze(rows.map((row) => Object.freeze(row))),
    exposures: Object.freeze(exposures),
    ...auditCoverage(rows, { declared, documents }),
  });
}

function listRows(logged: readonly LoggedRoute[], methodCount: number): readonly AuditedRoute[] {
  const rows: AuditedRoute[] = [];
  for (const each of logged) {
    const { route } = each;
    if (findDocument(route) !== undefined) continue;
    const declared = [route.method].flat();
    const methods = declared.length === methodCount ? ['ALL'] : declared;
    for (const method of methods) {
      const before = rows.findLast((row) => row.method !== 'HEAD');
      const impliedByGet = method === 'HEAD' && before?.method === 'GET' && isSame(before, route);
      rows.push({ method, path: route.url, ...auditHandlers(listHandlers(each)), impliedByGet });
    }
  }
  return rows;
}

/** Finds the metadata that a route serves. A route with a copy of its config does not serve them. */
function findDocument({ url, config = {} }: AnnouncedRoute): PublishedMetadata | undefined {
  return url.startsWith('/.well-known/') ? findMetadata(config) : undefined;
}

/** Fastify announces HEAD after GET; the path of a prefix twice, with and without a slash. */
function isSame({ path }: Pick<AuditedRoute, 'path'>, { url }: AnnouncedRoute): boolean {
  return path.replace(/\/$/, '') === url.replace(/\/$/, '');
}

/** Lists what runs before the handler of a route, in this order. */
function listHandlers(logged: LoggedRoute): readonly SeenHandler[] {
  const { onRequest, preParsing, preValidation, preHandler } = logged.route;
  const own = [onRequest, preParsing, preValidation, preHandler].flat();
  return [...listInheritedGuards(logged), ...own.filter(isHandler)].map(readHandler);
}

function isHandler(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === 'function';
}

function auditHandlers(
  handlers: readonly SeenHandler[],
): Omit<AuditedRoute, 'method' | 'path' | 'impliedByGet'> {
  const guards = handlers.filter((seen) => seen.kind === 'guard');
  const policies = guards.map(({ policy }) => policy);
  const reporters = handlers.filter((seen) => seen.kind === 'reporter');
  const publicReason = handlers.find((seen) => seen.kind === 'mark')?.reason;
  const access = classifyAccess(policies, publicReason);
  const first = handlers.findIndex((seen) => seen.kind === 'guard' && isRequired(seen));
  const earlyHandlers = handlers
    .slice(0, Math.max(first, 0))
    .flatMap((seen) => (seen.kind === 'other' ? [seen.name] : []));
  return {
    access,
    exposure: findExposure(access, { partialGuards: [], reporters, publicReason, earlyHandlers }),
    guards: Object.freeze(guards.map(({ name }) => name)),
    ...combinePolicies(policies),
    trial: combineTrials(policies),
    reportOnlyUntil: findLastInstant(reporters),
    earlyHandlers: Object.freeze(earlyHandlers),
    publicReason,
  };
}

function ignore(row: AuditedRoute): AuditedRoute {
  const access = row.access === 'open' ? 'public' : row.access;
  return { ...row, access, exposure: undefined, publicReason: 'ignored by "ignoreRoutes"' };
}

function isNamed(row: AuditedRoute, names: readonly string[]): boolean {
  return row.exposure !== undefined && listNames(row).some((name) => names.includes(name));
}

function listNames({ method, path, impliedByGet }: AuditedRoute): readonly string[] {
  return [`${method} ${path}`, ...(impliedByGet ? [`GET ${path}`] : [])];
}

function assertNeeded(ignored: readonly string[], rows: readonly AuditedRoute[]): void {
  const needed = rows.filter(({ exposure }) => exposure !== undefined).flatMap(listNames);
  for (const name of ignored) {
    if (needed.includes(name)) continue;
    const rule = `must name routes that would be exposed; remove "${name}"`;
    throw invalidOption('ignoreRoutes', `${rule}${didYouMean(name, needed)}`);
  }
}
