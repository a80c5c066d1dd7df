/**
 * Verifies the access token that a request presents.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { VerifierInternals } from '@scopegate/access-token/internal';
import {
  InvalidRequestError,
  InvalidTokenError,
  isBearerToken,
  MissingCredentialsError,
} from '@scopegate/protocol';
import vary from 'vary';
import type { GuardedRequest } from './guarded-request.js';
import { findBearerToken } from '../request/credentials.js';

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
export function authenticate<Claims>({
  req,
  res,
  policy,
  context,
  observation,
}: GuardedRequest<Claims>): Authenticated<Claims> | Promise<Authenticated<Claims>> {
  varyOnAuthorization(res);
  const isOptional = policy.declared.authentication === 'optional';
  const verified = context.verifiedRequests.findToken(req);
  if (verified !== undefined) {
    if (observation) observation.cached = true;
    return verified;
  }
  const bearerToken = findBearerToken(req, res, context.locations);
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

/**
 * RFC 9110 §12.5.5: a response to one caller must not be served to another. RFC 9111 §3.5 forbids
 * that even without this field, but nginx does not follow the rule.
 */
function varyOnAuthorization(res: ServerResponse): void {
  const field = res.getHeader('Vary');
  if (field === 'Authorization' || res.headersSent) return;
  // `vary()` parses the field, which takes longer than everything else here.
  if (field === undefined) res.setHeader('Vary', 'Authorization');
  else vary(res, 'Authorization');
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
