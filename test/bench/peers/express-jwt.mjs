/** express-jwt with jwks-rsa. */
import { expressjwt } from 'express-jwt';
import jwksRsa from 'jwks-rsa';
import { STORY } from '../settings.mjs';
import { callerOf, hasScope } from './request.mjs';

const { issuer, audience } = STORY;

/** @param {import('./contestants.mjs').Given} given */
export function createGuard(given) {
  return [authenticate(given), requireScope];
}

/** With the protection against floods and outages that jwks-rsa offers. */
export function createHardenedGuard(given) {
  return createGuard({ ...given, rateLimit: true, cacheMaxAgeFallback: 86_400_000 });
}

/** @param {import('./contestants.mjs').Given} given */
export function createVerifier(given) {
  return callerOf(authenticate(given));
}

function authenticate({ jwksUri, alg, lifetimeMs, rateLimit, cacheMaxAgeFallback }) {
  const caching = { cache: true, ...(lifetimeMs && { cacheMaxAge: lifetimeMs }) };
  const hardening = { ...(rateLimit && { rateLimit, cacheMaxAgeFallback }) };
  const secret = jwksRsa.expressJwtSecret({ jwksUri, ...caching, ...hardening });
  return expressjwt({ secret, issuer, audience, algorithms: [alg] });
}

function requireScope(request, response, next) {
  if (hasScope(request.auth)) next();
  else response.status(403).json({ error: 'refused' });
}
