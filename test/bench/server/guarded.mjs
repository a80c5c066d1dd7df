/**
 * Servers with guards that fetch their keys, each from a separate document.
 */
import { FETCHING_GUARDS } from '../peers/contestants.mjs';
import { startServer } from './start.mjs';

let published = 0;

/**
 * Starts one server per guard.
 *
 * @param {import('../parts/attack.mjs').Scene} scene
 * @param {object} [setup]
 * @param {readonly string[]} [setup.guards]
 * @param {number} [setup.lifetimeMs] - The lifetime of the keys, for guards that support it.
 * @returns {Promise<Map<string, Guarded>>}
 */
export async function startGuarded(
  { endpoint, signer },
  { guards = FETCHING_GUARDS, lifetimeMs } = {},
) {
  const started = new Map();
  for (const guard of guards) {
    const lifetimeSeconds = lifetimeMs && lifetimeMs / 1000;
    const document = endpoint.publish(`set-${(published += 1)}`, [signer], lifetimeSeconds);
    const given = { alg: signer.alg, jwksUri: document.uri, lifetimeMs };
    started.set(guard, { guard, document, server: await startServer(guard, given) });
  }
  return started;
}

/**
 * @typedef {object} Guarded
 * @property {string} guard
 * @property {ReturnType<Endpoint['publish']>} document
 * @property {import('./start.mjs').Server} server
 */
/** @typedef {import('../parts/attack.mjs').Scene['endpoint']} Endpoint */

/** @param {Map<string, Guarded>} guarded */
export async function stopGuarded(guarded) {
  await Promise.all([...guarded.values()].map(({ server }) => server.stop()));
}

/** Runs a function for all servers at the same time. @returns {Promise<Map<string, any>>} By guard. */
export async function withEach(guarded, act) {
  const entries = [...guarded].map(async ([name, one]) => [name, await act(one)]);
  return new Map(await Promise.all(entries));
}
