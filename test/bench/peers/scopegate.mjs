/** Scopegate. */
import { createAccessTokenVerifier, createResourceServer, internalsOf } from '../scopegate.mjs';
import { STORY } from '../settings.mjs';

const { issuer, audience, scope } = STORY;

/** @param {import('./contestants.mjs').Given} given */
export function createGuard({ jwksUri, lifetimeMs }) {
  const keySet = lifetimeMs && { minLifetimeMs: lifetimeMs, defaultLifetimeMs: lifetimeMs };
  const api = createResourceServer({ issuer, audience, scopes: [scope], jwksUri, keySet });
  return [api.requireScope(scope)];
}

/** @param {import('./contestants.mjs').Given} given */
export function createVerifier(given) {
  return internalsOf(create(given)).verifyMaybeSync;
}

/** Like {@link createVerifier}, but with the method that always returns a promise. */
export function createAsyncVerifier(given) {
  return create(given).verify;
}

function create({ jwks, secret, tokenCache }) {
  const keys = secret === undefined ? { jwks } : { secret };
  return createAccessTokenVerifier({ issuer, audience, tokenCache, ...keys });
}
