/**
 * Verifies the access token that a request presents.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { VerifierInternals } from '@scopegate/access-token/internal';
import {
  InvalidRequestError,
  InvalidTokenError,
  isBearerToken,
  MissingCredentialsError,
} from '@scopegate/protocol';
import type { GuardContext, GuardedRequest } from './guarded-request.js';
import { findInHeader, findInLocations } from '../request/credentials.js';

/** A verified token, or `undefined` for an anonymous caller. */
export type Authenticated<Claims> = VerifiedAccessToken<Claims> | undefined;

/**
 * Authenticates the caller of a request.
 *
 * @returns Synchronously when the keys are available and no hook has to be awaited; `undefined` when
 *   the request has no credentials and its policy does not require any.
 * @throws MissingCredentialsError The request has no credentials, and its policy requires them.
 * @throws InvalidRequestError The credentials are malformed, repeated, or in two places.
 * @throws InvalidTokenError | KeySetUnavailableError As `AccessTokenVerifier.verify()`, synchronously
 *   or by rejecting.
 */
export function authenticate<Request extends object, Claims>(
  guarded: GuardedRequest<Request, Claims>,
): Authenticated<Claims> | Promise<Authenticated<Claims>> {
  const { request, policy, context, observation } = guarded;
  const isOptional = policy.declared.authentication === 'optional';
  const verified = context.verifiedRequests.findToken(request);
  if (verified !== undefined) {
    if (observation) observation.cached = true;
    return verified;
  }
  const bearerToken = findBearerToken(request, context);
  if (bearerToken === undefined) {
    if (isOptional) return undefined;
    throw new MissingCredentialsError(context.protectionSpace());
  }
  if (observation) {
    const cached = context.verifier.findCached(bearerToken);
    observation.cached = cached !== undefined;
    if (cached !== undefined) return cached;
  }
  return verify(bearerToken, context.verifier);
}

function findBearerToken<Request extends object, Claims>(
  request: Request,
  { adapter, locations, exposedTokens }: GuardContext<Request, Claims>,
): string | undefined {
  if (locations.size === 1) return findInHeader(request, adapter);
  const found = findInLocations(request, adapter, locations);
  if (found === undefined) return undefined;
  if (found.location !== 'header') exposedTokens.add(request);
  return found.bearerToken;
}

function verify<Claims>(
  bearerToken: string,
  verifier: VerifierInternals<Claims>,
): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
  try {
    return verifier.verifyMaybeSync(bearerToken);
  } catch (error) {
    // Every compact JWS is a `b64token`, so the grammar is checked only if verification fails.
    const isMalformed = error instanceof InvalidTokenError && error.reason === 'malformed';
    if (isMalformed && !isBearerToken(bearerToken)) {
      throw new InvalidRequestError('malformed_authorization');
    }
    throw error;
  }
}
