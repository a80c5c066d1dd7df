/**
 * Every library that is measured, by the name that tables and charts show.
 */
import * as aws from './aws-jwt-verify.mjs';
import * as expressJwt from './express-jwt.mjs';
import * as bearer from './express-oauth2-jwt-bearer.mjs';
import * as fastJwt from './fast-jwt.mjs';
import * as jose from './jose.mjs';
import * as scopegate from './scopegate.mjs';
import { OWN, STORY } from '../settings.mjs';
import { loadTree } from '../compare/tree.mjs';

/**
 * The parameters of a guard or a verifier; they can be sent to another process.
 *
 * @typedef {object} Given
 * @property {string} alg
 * @property {string} jwksUri
 * @property {{ keys: object[] }} jwks
 * @property {string} pem
 * @property {number} [lifetimeMs] - The lifetime of the keys; each library has its own default.
 */

/** The route without a guard. */
export const BARE = 'no guard';
/** Scopegate from another folder, named by `tree`. */
export const TREE = 'a tree';

/** Express middleware by name: each takes {@link Given} and returns a list of handlers. */
export const GUARDS = {
  [BARE]: () => [],
  [OWN]: scopegate.createGuard,
  jose: jose.createGuard,
  'express-oauth2-jwt-bearer': bearer.createGuard,
  'express-jwt + jwks-rsa': expressJwt.createGuard,
  'express-jwt + jwks-rsa, hardened': expressJwt.createHardenedGuard,
  'fast-jwt, cache': fastJwt.createGuard,
  'fast-jwt, no cache': fastJwt.createUncachedGuard,
  'fast-jwt + get-jwks, cache': fastJwt.createFetchingGuard,
  'aws-jwt-verify': aws.createGuard,
  [TREE]: createTreeGuard,
};

async function createTreeGuard({ tree, jwksUri }) {
  const { issuer, audience, scope } = STORY;
  const { createResourceServer } = await loadTree(tree);
  return [createResourceServer({ issuer, audience, jwksUri }).requireScope(scope)];
}

/** The guards that fetch keys themselves. */
export const FETCHING_GUARDS = [
  OWN,
  'jose',
  'express-oauth2-jwt-bearer',
  'express-jwt + jwks-rsa',
  'express-jwt + jwks-rsa, hardened',
  'fast-jwt + get-jwks, cache',
  'aws-jwt-verify',
];

/** The guards of the load test. */
export const LOADED_GUARDS = [
  BARE,
  OWN,
  'jose',
  'express-oauth2-jwt-bearer',
  'express-jwt + jwks-rsa',
  'fast-jwt, cache',
  'fast-jwt, no cache',
  'aws-jwt-verify',
];

export { aws, bearer, expressJwt, fastJwt, jose, scopegate };
