/**
 * The application behind the function that Express mounts in its place.
 *
 * @module
 */
import { type ExpressLayer, type Handler, hasMembers, isHandler } from './express-layer.js';

/** An Express application. */
export type Application = Handler & Readonly<Record<string, unknown>>;

/** Whether a value is an Express application. */
export function isApplication(value: unknown): value is Application {
  return (
    isHandler(value) && hasMembers(value) && isHandler(value['handle']) && isHandler(value['set'])
  );
}

/**
 * Finds the router of an application.
 *
 * @returns `undefined` when nothing was ever mounted on it.
 */
export function routerOf(application: Application): unknown {
  // Express 4 makes its router late, and has a getter `router` that throws.
  return isExpress4(application) ? application['_router'] : application['router'];
}

/** Whether an application is one of Express 4, which mounts two functions of its own first. */
export function isExpress4(application: Application): boolean {
  return isHandler(application['lazyrouter']);
}

/**
 * Finds a mounted application.
 *
 * `app.use(path, application)` puts a closure into the stack and keeps no trace of what it closes
 * over. Called with a request that has nowhere to go, Express itself shows it: before any handler it
 * gives the request the application's prototype. From then on the request has no URL, which ends
 * the way through any router before its first handler.
 *
 * @returns `undefined` when the layer is no mounted application, or one without routes.
 */
export function findMountedApplication({ name, handle }: ExpressLayer): Application | undefined {
  if (isApplication(handle)) return handle;
  if (name !== 'mounted_app') return undefined;
  const request: Record<string, unknown> = {
    method: 'GET',
    url: '/',
    query: {},
    app: { request: {}, response: {} },
  };
  let found: unknown;
  const stranger = new Proxy(request, {
    setPrototypeOf(target, prototype) {
      if (hasMembers(prototype)) found ??= prototype['app'];
      delete target['url'];
      return true;
    },
  });
  try {
    Reflect.apply(handle, undefined, [stranger, { setHeader: ignore }, ignore]);
  } catch {
    // No Express application: what it is stays unseen, and is reported so.
    return undefined;
  }
  return isApplication(found) ? found : undefined;
}

function ignore(): void {
  // Nobody waits for an answer.
}
