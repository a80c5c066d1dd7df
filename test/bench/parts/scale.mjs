/**
 * What grows when an API grows: routes, scopes, issuers, keys.
 */
import { measureIssuers } from './scale-issuers.mjs';
import { measureKeys } from './scale-keys.mjs';
import { measureRoutes } from './scale-routes.mjs';
import { measureScopes } from './scale-scopes.mjs';

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const measured = [
    await measureRoutes(settings),
    await measureScopes(settings),
    await measureIssuers(settings),
    await measureKeys(settings),
  ];
  return {
    about:
      'One process on one core; µs of CPU per call, what making the token string takes taken off. ' +
      '"Known" has seen the token before, "new" has not.',
    tables: measured.map(({ table }) => table),
    charts: measured.map(({ chart }) => chart),
    figures: Object.assign({}, ...measured.map(({ figures }) => figures)),
  };
}
