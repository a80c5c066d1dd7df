/**
 * The `Authorization` header of a bearer request.
 *
 * @module
 */
import { InvalidRequestError } from './bearer-errors.js';

declare const bearerToken: unique symbol;

/** A bearer token whose grammar was checked, but which is not verified. */
export type BearerToken = string & {
  /** Marks strings whose grammar was checked. */
  readonly [bearerToken]: true;
};

const BEARER = 'Bearer ';
const AUTH_SCHEME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/;
const B64TOKEN = /^[-A-Za-z0-9._~+/]+=*$/;
const SPACE = 0x20;

/**
 * Whether credentials are a `b64token`.
 *
 * @see RFC 6750 §2.1
 * @example
 * isBearerToken('mF_9.B5f-4.1JqM') // true
 */
export function isBearerToken(credentials: string): credentials is BearerToken {
  return B64TOKEN.test(credentials);
}

/**
 * Finds the credentials of the `Bearer` scheme without validating the token's characters.
 *
 * @param authorization - The field value, or `undefined` when the field is absent.
 * @returns The non-empty string after `Bearer` and its spaces; `undefined` when the field is absent,
 *   empty, or names another scheme.
 * @throws InvalidRequestError `malformed_authorization`: no scheme, no space after `Bearer`, or
 *   nothing after the space.
 * @see RFC 6750 §2.1; RFC 9110 §11.1 (the scheme's case is ignored), §11.4
 */
export function findBearerCredentials(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization === '') return undefined;
  if (authorization.startsWith(BEARER) && authorization.charCodeAt(BEARER.length) > SPACE) {
    return authorization.slice(BEARER.length);
  }
  const scheme = findScheme(authorization);
  if (scheme === undefined) throw new InvalidRequestError('malformed_authorization');
  if (scheme !== 'bearer') return undefined;
  const credentials = findCredentials(authorization, scheme);
  if (credentials !== undefined) return credentials;
  throw new InvalidRequestError('malformed_authorization').usingScheme('Bearer');
}

/**
 * Finds the credentials of the `DPoP` scheme without validating the token's characters.
 *
 * @param authorization - The field value, or `undefined` when the field is absent.
 * @returns The non-empty string after `DPoP` and its spaces; `undefined` when the field is absent, or
 *   names another scheme.
 * @throws InvalidRequestError `malformed_dpop_authorization`: no space after `DPoP`, or nothing after
 *   the space.
 * @see RFC 9449 §7.1; RFC 9110 §11.1 (the scheme's case is ignored), §11.4
 */
export function findDpopCredentials(authorization: string | undefined): string | undefined {
  if (authorization === undefined || findScheme(authorization) !== 'dpop') return undefined;
  const credentials = findCredentials(authorization, 'dpop');
  if (credentials !== undefined) return credentials;
  throw new InvalidRequestError('malformed_dpop_authorization').usingScheme('DPoP');
}

/**
 * Finds the scheme of credentials, in lower case.
 *
 * @returns `undefined` if the field does not begin with a scheme.
 * @see RFC 9110 §11.1 (the scheme's case is ignored), §11.4
 */
export function findScheme(authorization: string): string | undefined {
  return AUTH_SCHEME.exec(authorization)?.[0].toLowerCase();
}

function findCredentials(authorization: string, scheme: string): string | undefined {
  return /^ +([^ ].*)$/s.exec(authorization.slice(scheme.length))?.[1];
}

/**
 * Parses the bearer token of an `Authorization` header, exactly as RFC 6750 defines it.
 *
 * @param authorization - The field value, or `undefined` when the field is absent.
 * @returns The unverified token; `undefined` when the request has no bearer credentials.
 * @throws InvalidRequestError `malformed_authorization`: anything but `Bearer`, one or more spaces
 *   and one `b64token`.
 * @see RFC 6750 §2.1
 * @example
 * parseAuthorization('Bearer mF_9.B5f-4.1JqM') // 'mF_9.B5f-4.1JqM'
 */
export function parseAuthorization(authorization: string | undefined): BearerToken | undefined {
  const credentials = findBearerCredentials(authorization);
  if (credentials === undefined) return undefined;
  if (!isBearerToken(credentials)) throw new InvalidRequestError('malformed_authorization');
  return credentials;
}
