/** fast-jwt, with a static key, and with keys that get-jwks fetches. */
import fastJwt from 'fast-jwt';
import buildGetJwks from 'get-jwks';
import { STORY } from '../settings.mjs';
import { guardWith } from './request.mjs';

const allowed = { allowedIss: STORY.issuer, allowedAud: STORY.audience };

/** @param {import('./contestants.mjs').Given} given */
export function createVerifier({ pem, alg, cache }) {
  return fastJwt.createVerifier({ key: pem, algorithms: [alg], cache, ...allowed });
}

/** @param {import('./contestants.mjs').Given} given */
export function createGuard(given) {
  return [guardWith(createVerifier({ ...given, cache: 10_000 }))];
}

/** @param {import('./contestants.mjs').Given} given */
export function createUncachedGuard(given) {
  return [guardWith(createVerifier(given))];
}

/** @param {import('./contestants.mjs').Given} given */
export function createFetchingGuard({ jwksUri, alg, lifetimeMs }) {
  const { origin, pathname } = new URL(jwksUri);
  const keys = buildGetJwks({ jwksPath: pathname, ...(lifetimeMs && { ttl: lifetimeMs }) });
  const key = ({ header }) => keys.getPublicKey({ kid: header.kid, alg, domain: origin });
  const verify = fastJwt.createVerifier({ key, algorithms: [alg], cache: 10_000, ...allowed });
  return [guardWith(verify)];
}
