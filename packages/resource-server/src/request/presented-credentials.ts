/**
 * The token that a request presents under any scheme that is accepted.
 *
 * @module
 */
import { type AuthScheme, InvalidRequestError } from '@scopegate/protocol';
import {
  findBearerCredentials,
  findDpopCredentials,
  findScheme,
} from '@scopegate/protocol/internal';
import type { AcceptedSchemes } from '../sender-constraint.js';
import { type CredentialLocation, findBeside } from './credentials.js';
import type { RequestAdapter } from './request-adapter.js';

/** A token, its scheme and where it was found. */
export interface FoundCredentials {
  readonly scheme: AuthScheme;
  /** Unverified. The grammar of a token from the header is not checked either. */
  readonly token: string;
  readonly location: CredentialLocation;
}

/** How the credentials of a request are read. */
export interface CredentialRules {
  readonly locations: ReadonlySet<CredentialLocation>;
  readonly accepted: AcceptedSchemes;
}

/**
 * Finds the token of a request. Outside the header it is a bearer token. RFC 6750 §2.2, §2.3.
 *
 * @returns `undefined` when the request has no credentials of a known scheme. Bearer credentials in the
 *   header are found even if the scheme is not accepted; the token is empty then, because only the scheme
 *   is needed for the refusal.
 * @throws InvalidRequestError The token is malformed, repeated, or in two places.
 * @see RFC 6750 §2; RFC 9449 §7.1
 */
export function findCredentials<Request extends object>(
  request: Request,
  adapter: RequestAdapter<Request>,
  { locations, accepted }: CredentialRules,
): FoundCredentials | undefined {
  const inHeader = findInAuthorization(adapter.authorization(request), accepted);
  if (inHeader?.scheme === 'Bearer' && !accepted.bearer) return inHeader;
  const isInHeader = inHeader !== undefined;
  const elsewhere = findBeside(request, { adapter, locations, isInHeader });
  if (elsewhere === undefined) return inHeader;
  return { scheme: 'Bearer', token: elsewhere.bearerToken, location: elsewhere.location };
}

function findInAuthorization(
  authorization: string | undefined,
  accepted: AcceptedSchemes,
): FoundCredentials | undefined {
  const location = 'header';
  if (accepted.bearer) {
    const bearer = findBearerCredentials(authorization);
    if (bearer !== undefined) return { scheme: 'Bearer', token: bearer, location };
  } else if (authorization !== undefined && authorization !== '') {
    const scheme = findScheme(authorization);
    if (scheme === undefined) throw new InvalidRequestError('malformed_dpop_authorization');
    if (scheme === 'bearer') return { scheme: 'Bearer', token: '', location };
  }
  const bound = accepted.dpop ? findDpopCredentials(authorization) : undefined;
  return bound === undefined ? undefined : { scheme: 'DPoP', token: bound, location };
}
