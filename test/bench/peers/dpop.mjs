/**
 * Guards that require a DPoP proof. All of them accept proofs that are up to 300 s old, so that proofs can
 * be signed before the measurement. Only Scopegate registers proofs; the peers accept a proof any number of
 * times.
 */
import bearer from 'express-oauth2-jwt-bearer';
import { allowInsecureRequests, validateJwtAccessToken } from 'oauth4webapi';
import { STORY, OWN } from '../settings.mjs';
import { createResourceServer } from '../scopegate.mjs';
import { hasScope } from './request.mjs';

const { issuer, audience, scope } = STORY;

/** The origin that all requests name in `Host`: Scopegate has it as its option, the peers read the field. */
export const HOST = 'api.example.com';
const ORIGIN = `http://${HOST}`;

/** The URL that proofs are for. */
export const PROOF_URL = `${ORIGIN}${STORY.path}`;

/** How long proofs are accepted, in seconds. */
const MAX_AGE_SECONDS = 300;

/** Express middleware by name. */
export const DPOP_GUARDS = {
  [OWN]: createOwnGuard,
  'express-oauth2-jwt-bearer': createBearerGuard,
  oauth4webapi: createOauth4webapiGuard,
};

/** The options of Scopegate for one document of keys, or for a key set. */
export function ownOptions({ jwksUri, jwks }) {
  const keys = jwks === undefined ? { jwksUri } : { jwks };
  const dpop = { publicUrl: ORIGIN, maxAgeSeconds: MAX_AGE_SECONDS };
  return { issuer, audience, scopes: [scope], ...keys, dpop, dangerouslyAllowHttp: true };
}

function createOwnGuard(given) {
  const api = createResourceServer(ownOptions(given));
  return [api.require({ scope, senderConstraint: 'dpop' })];
}

function createBearerGuard({ jwksUri, alg }) {
  const dpop = { enabled: true, required: true, iatOffset: MAX_AGE_SECONDS };
  const options = { issuer, audience, jwksUri, tokenSigningAlg: alg, dpop };
  return [bearer.auth(options), bearer.requiredScopes(scope)];
}

function createOauth4webapiGuard({ jwksUri }) {
  const server = { issuer, jwks_uri: jwksUri };
  const options = { requireDPoP: true, [allowInsecureRequests]: true };
  const guard = async (request, response, next) => {
    try {
      const { method, headers, originalUrl } = request;
      const given = new Request(`${ORIGIN}${originalUrl}`, { method, headers });
      const claims = await validateJwtAccessToken(server, given, audience, options);
      if (hasScope(claims)) next();
      else response.status(403).end();
    } catch {
      response.status(401).end();
    }
  };
  return [guard];
}
