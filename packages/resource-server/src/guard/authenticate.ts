/**
 * Verifies the access token that a request presents.
 *
 * @module
 */
import type { PresentedToken, VerifiedAccessToken } from '@scopegate/access-token';
import {
  InvalidRequestError,
  InvalidTokenError,
  isBearerToken,
  MissingCredentialsError,
} from '@scopegate/protocol';
import { isThenable, settle } from '@scopegate/protocol/internal';
import { askNow } from './ask-now.js';
import type { GuardContext, GuardedRequest } from './guarded-request.js';
import { findInHeader, findInLocations } from '../request/credentials.js';
import { findCredentials, type FoundCredentials } from '../request/presented-credentials.js';
import { PresentedRequest } from '../request/presented-request.js';

/** A verified token, or `undefined` for an anonymous caller. */
export type Authenticated<Claims> = VerifiedAccessToken<Claims> | undefined;

/**
 * Authenticates the caller of a request.
 *
 * @returns Synchronously when the keys are available and no hook has to be awaited; `undefined` when
 *   the request has no credentials and its policy does not require any.
 * @throws MissingCredentialsError The request has no credentials, and its policy requires them; or their
 *   scheme is not accepted.
 * @throws InvalidRequestError The credentials are malformed, repeated, or in two places.
 * @throws Error The policy requires a fresh token, and the credentials have been removed from the request.
 * @throws ChallengeError | KeySetUnavailableError | UnavailableError As
 *   `AccessTokenVerifier.verifyPresented()`, synchronously or by rejecting.
 */
export function authenticate<Request extends object, Claims>(
  guarded: GuardedRequest<Request, Claims>,
): Authenticated<Claims> | Promise<Authenticated<Claims>> {
  const { request, policy, context } = guarded;
  const admission = context.verifiedRequests.find(request);
  if (admission?.token !== undefined && admission.isReported !== true) {
    // An earlier guard has verified the token, and registered its proof.
    guarded.scheme = admission.scheme;
    const isAsked = policy.declared.fresh && admission.fresh !== true;
    return isAsked ? askNow(admission.token, guarded) : admission.token;
  }
  if (!isBearerOnly(guarded)) return authenticatePresented(guarded);
  const bearerToken = findBearerToken(request, context);
  if (bearerToken !== undefined) return authenticateBearer(bearerToken, guarded);
  if (context.verifier.possession.dpop !== undefined) return authenticatePresented(guarded);
  assertOptional(guarded);
  return undefined;
}

/** Whether a token under the scheme `Bearer` needs no more than its verification. */
function isBearerOnly<Request extends object, Claims>({
  policy,
  context,
}: GuardedRequest<Request, Claims>): boolean {
  const { dpop, mtls } = context.verifier.possession;
  // A bearer token in the header costs the same whether proofs are accepted or not.
  const hasHeaderOnly = dpop === undefined || context.locations.size === 1;
  return mtls === undefined && hasHeaderOnly && policy.accepted.bearer && !policy.declared.fresh;
}

function authenticateBearer<Request extends object, Claims>(
  bearerToken: string,
  guarded: GuardedRequest<Request, Claims>,
): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
  const { context } = guarded;
  guarded.scheme = 'Bearer';
  const found = { scheme: 'Bearer', token: bearerToken } as const;
  return withGrammarErrors(() => context.verifier.verifyMaybeSync(bearerToken), found);
}

/** @throws MissingCredentialsError The policy requires a token. */
function assertOptional<Request extends object, Claims>({
  policy,
  context,
}: GuardedRequest<Request, Claims>): void {
  if (policy.declared.authentication === 'optional') return;
  throw new MissingCredentialsError(context.protectionSpace());
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

/** Authenticates a caller whose token may be bound. */
function authenticatePresented<Request extends object, Claims>(
  guarded: GuardedRequest<Request, Claims>,
): Authenticated<Claims> | Promise<Authenticated<Claims>> {
  const { request, policy, context } = guarded;
  const { adapter, locations } = context;
  const found = findCredentials(request, adapter, { locations, accepted: policy.accepted });
  if (found === undefined) {
    assertOptional(guarded);
    return undefined;
  }
  guarded.scheme = found.scheme;
  if (found.location !== 'header') context.exposedTokens.add(request);
  if (found.scheme === 'Bearer' && !policy.accepted.bearer) {
    throw new MissingCredentialsError(context.protectionSpace(), 'unsupported_scheme');
  }
  return verifyPresented(found, guarded);
}

function verifyPresented<Request extends object, Claims>(
  found: FoundCredentials,
  guarded: GuardedRequest<Request, Claims>,
): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
  const { request, context, policy } = guarded;
  const { adapter, verifier } = context;
  const source = { request, adapter, possession: verifier.possession };
  const presented = new PresentedRequest(found.scheme, found.token, source);
  const { senderConstraint, fresh } = policy.declared;
  const verify = (): PresentedToken<Claims> | Promise<PresentedToken<Claims>> =>
    verifier.verifyPresentedMaybeSync(presented, { senderConstraint, fresh });
  return settle(withGrammarErrors(verify, found), acceptPresented, guarded);
}

function acceptPresented<Claims>(
  { token, nonce }: PresentedToken<Claims>,
  guarded: Pick<GuardedRequest<never, Claims>, 'nonce'>,
): VerifiedAccessToken<Claims> {
  guarded.nonce = nonce;
  return token;
}

const MALFORMED = {
  Bearer: 'malformed_authorization',
  DPoP: 'malformed_dpop_authorization',
} as const;

/** A token that is not a JWS is refused only later, by rejecting. */
function withGrammarErrors<Verified>(
  verify: () => Verified | Promise<Verified>,
  found: Pick<FoundCredentials, 'scheme' | 'token'>,
): Verified | Promise<Verified> {
  try {
    const verified = verify();
    if (!isThenable(verified)) return verified;
    return verified.then(undefined, (error: unknown) => {
      throw grammarErrorOf(error, found);
    });
  } catch (error) {
    throw grammarErrorOf(error, found);
  }
}

/** Every compact JWS is a `b64token`, so the grammar is checked only if verification fails. */
function grammarErrorOf(
  error: unknown,
  { scheme, token }: Pick<FoundCredentials, 'scheme' | 'token'>,
): unknown {
  const isMalformed = error instanceof InvalidTokenError && error.reason === 'malformed';
  return isMalformed && !isBearerToken(token) ? new InvalidRequestError(MALFORMED[scheme]) : error;
}
