/**
 * Who sent a request, as far as its access token says.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { VerifierInternals } from '@scopegate/access-token/internal';
import { InvalidRequestError, InvalidTokenError, isBearerToken } from '@scopegate/protocol';
import { type CredentialLocation, findHeaderToken, findToken } from '../request/credentials.js';
import type { RequestTokens } from '../request/verified-request.js';

/** What authenticating needs. */
export interface AuthenticationContext<Claims> {
  readonly verifier: VerifierInternals<Claims>;
  readonly tokens: RequestTokens<Claims>;
  readonly credentials: ReadonlySet<CredentialLocation>;
}

/**
 * Finds the credentials of a request.
 *
 * @param res - Gets the `Cache-Control` that a token outside the header asks for, where there is one.
 * @returns `undefined` when there are none of the `Bearer` scheme.
 * @throws InvalidRequestError
 */
export function findCredentials(
  req: IncomingMessage,
  res: ServerResponse | undefined,
  locations: ReadonlySet<CredentialLocation>,
): string | undefined {
  if (locations.size === 1) return findHeaderToken(req);
  const presented = findToken(req, locations);
  if (presented === undefined) return undefined;
  // RFC 6750 §2.3: without an Authorization header nothing else keeps shared caches off.
  if (presented.location !== 'header') res?.setHeader('Cache-Control', 'private, no-store');
  return presented.credentials;
}

/**
 * Verifies credentials, in this tick where it can.
 *
 * @throws InvalidRequestError They are no `b64token`.
 * @throws InvalidTokenError | KeySetUnavailableError See `AccessTokenVerifier.verify()`.
 */
export function verifyCredentials<Claims>(
  credentials: string,
  verifier: VerifierInternals<Claims>,
): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
  try {
    return verifier.verifyMaybeSync(credentials);
  } catch (error) {
    // Every compact JWS is a `b64token`, so the grammar need not be looked at before this fails.
    const isMalformed = error instanceof InvalidTokenError && error.reason === 'malformed';
    if (isMalformed && !isBearerToken(credentials)) {
      throw new InvalidRequestError('malformed_authorization');
    }
    throw error;
  }
}
