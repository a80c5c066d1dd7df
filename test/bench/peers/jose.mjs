/** jose: `jwtVerify` with `createRemoteJWKSet`. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { STORY } from '../settings.mjs';
import { guardWith } from './request.mjs';

/** @param {import('./contestants.mjs').Given} given */
export function createVerifier({ jwksUri, alg, lifetimeMs }) {
  const caching = lifetimeMs && { cacheMaxAge: lifetimeMs };
  const keys = createRemoteJWKSet(new URL(jwksUri), caching);
  const { issuer, audience } = STORY;
  const options = { issuer, audience, algorithms: [alg] };
  return async (token) => (await jwtVerify(token, keys, options)).payload;
}

/** @param {import('./contestants.mjs').Given} given */
export function createGuard(given) {
  return [guardWith(createVerifier(given))];
}
