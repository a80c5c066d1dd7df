/** aws-jwt-verify. */
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { STORY } from '../settings.mjs';
import { guardWith } from './request.mjs';

const { issuer, audience } = STORY;

/** @param {import('./contestants.mjs').Given} given */
export function createVerifier({ jwks, jwksUri }) {
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri });
  verifier.cacheJwks(jwks);
  return (token) => verifier.verifySync(token);
}

/** @param {import('./contestants.mjs').Given} given */
export function createGuard({ jwksUri }) {
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: fetchOverHttp } });
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri }, { jwksCache });
  return [guardWith((token) => verifier.verify(token))];
}

/** Replaces its own fetcher, which supports only https, and keeps its timeout. */
async function fetchOverHttp(uri) {
  const response = await fetch(uri, { signal: AbortSignal.timeout(3000) });
  if (!response.ok) throw new Error(`answered with status ${response.status}`);
  return response.arrayBuffer();
}
