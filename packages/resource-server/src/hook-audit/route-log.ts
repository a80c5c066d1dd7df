/**
 * The routes of an application that announces them when they are declared, as Fastify does.
 *
 * @module
 */
import { readHandler } from '../audit/seen-handler.js';
import type { GuardHook } from '../hook/guard-hook.js';
import type { Done } from '../hook/hook-exchange.js';

/** A route as it is announced: its options, with its own hooks. */
export interface AnnouncedRoute {
  readonly method: string | readonly string[];
  /** The path with its prefixes. */
  readonly url: string;
  readonly config?: object | undefined;
  readonly onRequest?: unknown;
  readonly preParsing?: unknown;
  readonly preValidation?: unknown;
  readonly preHandler?: unknown;
}

/** A Fastify application, or the instance of a plugin. */
export interface RouteAnnouncer {
  readonly supportedMethods: readonly string[];
  printRoutes(): string;
  addHook(name: 'onRoute', hook: (this: object, route: AnnouncedRoute) => void): unknown;
  addHook(name: 'onReady', hook: (done: Done) => void): unknown;
  addHook(name: 'onRequest', hook: GuardHook): unknown;
}

/** A declared route, and the instance that declares it. */
export interface LoggedRoute {
  readonly route: AnnouncedRoute;
  readonly instance: object;
}

/** The routes of one application. */
interface RouteLog {
  readonly routes: LoggedRoute[];
  isReady: boolean;
}

const logs = new WeakMap<object, RouteLog>();

/** The guards of {@link guardAll}, by instance and by route. */
const guards = new WeakMap<object, GuardHook[]>();

/** A route in the tree that `printRoutes()` prints: its methods in parentheses. */
const PRINTED_ROUTE = /\([A-Z]/;

/**
 * Begins to watch which routes an application declares, for {@link auditRoutes} and
 * {@link expectAllGuarded}. It changes nothing in how the application handles requests.
 *
 * Call it directly after the application is created: a route that was declared earlier would be missing
 * from the audit.
 *
 * @param app - The application, or the instance of a plugin, to watch only its routes.
 * @returns The same application.
 * @throws TypeError The application already has routes.
 * @example
 * const app = watchRoutes(Fastify());
 */
export function watchRoutes<App extends RouteAnnouncer>(app: App): App {
  if (logs.has(app)) return app;
  if (PRINTED_ROUTE.test(app.printRoutes())) {
    throw new TypeError(
      'watchRoutes() must be called before any route is declared; call it directly after the application is created',
    );
  }
  const log: RouteLog = { routes: [], isReady: false };
  logs.set(app, log);
  app.addHook('onRoute', function (route) {
    log.routes.push({ route, instance: this });
  });
  app.addHook('onReady', (done) => {
    log.isReady = true;
    done();
  });
  return app;
}

/**
 * Adds a guard to every route of an instance and of the plugins that are registered on it later, and
 * makes the audit count it. Fastify does not show hooks of an instance, so the audit does not count a
 * guard that `addHook()` has added.
 *
 * @throws TypeError The second argument is not a guard.
 */
export function guardAll(instance: RouteAnnouncer, guard: GuardHook): void {
  if (typeof guard !== 'function' || !isGuard(guard)) {
    throw new TypeError(
      'the second argument of guardAll() must be a guard; write api.guardAll(app, api.requireAccessToken())',
    );
  }
  instance.addHook('onRequest', guard);
  addGuard(instance, guard);
  // Plugins that are registered later inherit this hook together with the guard.
  instance.addHook('onRoute', (route) => {
    addGuard(route, guard);
  });
}

function isGuard(guard: GuardHook): boolean {
  const { kind } = readHandler(guard);
  return kind === 'guard' || kind === 'reporter';
}

function addGuard(target: object, guard: GuardHook): void {
  guards.set(target, [...(guards.get(target) ?? []), guard]);
}

/** Lists the guards that {@link guardAll} has added in front of a route. */
export function listInheritedGuards({ route, instance }: LoggedRoute): readonly GuardHook[] {
  return [...new Set([...(guards.get(route) ?? []), ...(guards.get(instance) ?? [])])];
}

/**
 * Returns the routes of a watched application.
 *
 * @throws TypeError The application is not watched, or not ready, so that routes would be missing.
 */
export function getRoutes(app: RouteAnnouncer): readonly LoggedRoute[] {
  const log = logs.get(app);
  if (log === undefined) {
    throw new TypeError(
      'the routes of this application are not watched; call watchRoutes(app) before they are declared',
    );
  }
  if (!log.isReady) {
    throw new TypeError(
      'the routes of this application are not complete; await app.ready() before the audit',
    );
  }
  return log.routes;
}
