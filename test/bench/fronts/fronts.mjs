/**
 * Every front, by the name that tables and charts show.
 */

/**
 * How a front serves one route.
 *
 * @typedef {object} Route
 * @property {string} path
 * @property {object} body - What the route responds with, as JSON.
 * @property {keyof typeof KINDS} kind
 * @property {object} options - Of the resource server.
 * @property {string} scope - What the guard requires.
 */

/** What is in front of the handler of a route. */
export const KINDS = {
  open: 'nothing',
  minimum: 'code that reads `Authorization` and sets `Vary`, as every guard must',
  guarded: 'a guard',
};

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

/** Uses the field value, as a guard does. */
export function assertCredentials(authorization) {
  if (!authorization?.startsWith('Bearer ')) throw new Error('a request had no token');
}
