/**
 * Every front, by the name that tables and charts show.
 */

/**
 * How a front serves one route.
 *
 * @typedef {object} Route
 * @property {string} path
 * @property {object} body - What the route responds with, as JSON.
 * @property {{ options: object, scope: string } | undefined} guarded - The options of the resource
 *   server and the scope of the guard; `undefined` for the open route.
 */

/**
 * Modules by front. Each exports `listen(route)`, which resolves with a server of `node:http` that
 * listens on a free port.
 */
const MODULES = {
  'Express 4': './express-4.mjs',
  'Express 5': './express-5.mjs',
  Fastify: './fastify.mjs',
  'Web standard': './web.mjs',
  Hono: './hono.mjs',
};

/** The names. */
export const FRONTS = Object.keys(MODULES);

/** @param {string} front @param {Route} route */
export async function listenBy(front, route) {
  const { listen } = await import(MODULES[front]);
  return listen(route);
}
