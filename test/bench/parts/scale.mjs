/**
 * The quantities that grow with an API: routes, scopes, issuers, keys.
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
      'One process on one core; µs of CPU per call, minus the cost of creating the token string. ' +
      'A "known" token was verified before, a "new" one was not.',
    tables: measured.map(({ table }) => table),
    charts: measured.map(({ chart }) => chart),
    figures: Object.assign({}, ...measured.map(({ figures }) => figures)),
  };
}
