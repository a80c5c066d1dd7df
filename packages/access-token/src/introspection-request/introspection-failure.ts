/**
 * Why introspection fails.
 *
 * @module
 */

/** What failed, as the beginning of a message for operators. */
export const INTROSPECTION_FAILURES = {
  unreachable: 'the introspection endpoint could not be reached',
  status: 'the introspection endpoint answered with an error',
  response:
    'the introspection endpoint answered with something other than an introspection response',
  credentials_refused: 'the introspection endpoint refused the credentials of this resource server',
  credentials_unreadable: 'the credentials for the introspection endpoint could not be read',
  keys: 'the keys to verify the signed introspection response are unavailable',
  discovery: 'the introspection endpoint could not be discovered',
  busy: 'too many introspection requests are under way',
  closed: 'the verifier was closed',
} as const;

/**
 * Why it is unknown whether a token is active: the `failure` of an `IntrospectionUnavailableError`. A
 * closed union.
 *
 * - `unreachable`: the connection failed, or the endpoint did not answer in time.
 * - `status`: it answered with a status other than 200.
 * - `response`: it answered with something other than an introspection response.
 * - `credentials_refused`: it refused the credentials of this resource server.
 * - `credentials_unreadable`: the function that reads the credentials failed.
 * - `keys`: the keys to verify its signed response are unavailable.
 * - `discovery`: the issuer's metadata names no usable endpoint, or could not be fetched.
 * - `busy`: as many requests as `maxPending` allows are under way.
 * - `closed`: the verifier was closed.
 */
export type IntrospectionFailure = keyof typeof INTROSPECTION_FAILURES;
