/** express-oauth2-jwt-bearer. */
import bearer from 'express-oauth2-jwt-bearer';
import { STORY } from '../settings.mjs';
import { callerOf } from './request.mjs';

const { issuer, audience, scope } = STORY;

/** @param {import('./contestants.mjs').Given} given */
export function createGuard(given) {
  return [authenticate(given), bearer.requiredScopes(scope)];
}

/** @param {import('./contestants.mjs').Given} given */
export function createVerifier(given) {
  return callerOf(authenticate(given));
}

function authenticate({ jwksUri, alg, lifetimeMs }) {
  const caching = lifetimeMs && { cacheMaxAge: lifetimeMs };
  return bearer.auth({ issuer, audience, jwksUri, tokenSigningAlg: alg, ...caching });
}
