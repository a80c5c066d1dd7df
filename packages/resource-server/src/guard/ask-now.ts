/**
 * Asks the authorization server about the token that an earlier guard has accepted.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { isBoundAs } from '@scopegate/access-token/internal';
import { InvalidTokenError } from '@scopegate/protocol';
import type { GuardedRequest } from './guarded-request.js';
import { findCredentials } from '../request/presented-credentials.js';

/**
 * Asks the authorization server about the token of a request that an earlier guard has let through. The proof
 * of its possession is not checked again.
 *
 * @returns The token, narrowed to the answer.
 * @throws InvalidRequestError The request has a second token by now.
 * @throws InvalidTokenError `unbound`: the token is not bound as the policy requires, so nothing is asked; or
 *   as `AccessTokenVerifier.verifyPresented()` with `fresh` (rejects).
 * @throws Error The credentials have been removed from the request.
 */
export function askNow<Request extends object, Claims>(
  token: VerifiedAccessToken<Claims>,
  { request, policy, context }: GuardedRequest<Request, Claims>,
): Promise<VerifiedAccessToken<Claims>> {
  const { adapter, locations, verifier } = context;
  const { senderConstraint } = policy.declared;
  if (!isBoundAs(senderConstraint, token.confirmation)) throw new InvalidTokenError('unbound');
  // Tokens are not kept in memory longer than the request that carries them.
  const found = findCredentials(request, adapter, { locations, accepted: policy.accepted });
  if (found !== undefined) return verifier.askNow(token, found.token);
  throw new Error(
    'a guard with "fresh" requires the credentials of the request; keep them, or make it the first guard',
  );
}
