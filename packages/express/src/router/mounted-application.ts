/**
 * Finds the application behind the function that Express mounts for it.
 *
 * @module
 */
import type { ExpressLayer } from './express-layer.js';
import { type Handler, hasMembers, isHandler, type Members } from './handler.js';

/** An Express application. */
export type Application = Handler & Members;

/** Whether a value is an Express application. */
export function isApplication(value: unknown): value is Application {
  return (
    isHandler(value) && hasMembers(value) && isHandler(value['handle']) && isHandler(value['set'])
  );
}

/**
 * Finds the router of an application.
 *
 * @returns `undefined` when nothing has been mounted on it.
 */
export function findRouter(application: Application): unknown {
  // Express 4 creates its router on first use, and its getter `router` throws.
  return isExpress4(application) ? application['_router'] : application['router'];
}

/** Whether an application is one of Express 4, which first mounts two functions itself. */
export function isExpress4(application: Application): boolean {
  return isHandler(application['lazyrouter']);
}

/**
 * Finds a mounted application.
 *
 * `app.use(path, application)` puts a closure on the stack and keeps no reference to the application.
 * When the closure is called with a request, Express gives the request the application's prototype
 * before it runs any handler. A proxy observes that, and removes the request's URL, so that every
 * router passes the request on before its first handler.
 *
 * @returns `undefined` when the layer is not a mounted application, or one without routes.
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
  const observed = new Proxy(request, {
    setPrototypeOf(target, prototype) {
      if (hasMembers(prototype)) found ??= prototype['app'];
      delete target['url'];
      return true;
    },
  });
  try {
    Reflect.apply(handle, undefined, [observed, { setHeader: ignore }, ignore]);
  } catch {
    // The function is not an Express application, so the audit reports it as unseen.
    return undefined;
  }
  return isApplication(found) ? found : undefined;
}

function ignore(): void {
  // The request is not answered.
}
