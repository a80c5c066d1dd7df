/**
 * Client authentication of a request to an authorization server.
 *
 * @module
 */

/**
 * Adds the credentials of a client to a request with a form as its body, such as an introspection
 * request. Called for each request, so that credentials can be rotated.
 *
 * @param form - The parameters of the body; may be added to.
 * @param headers - The header fields; may be added to.
 * @see RFC 6749 §2.3; RFC 7662 §2.1
 * @example
 * const authenticate: RequestAuthenticator = (_form, headers) => {
 *   headers.set('authorization', `Bearer ${readToken()}`);
 * };
 */
export type RequestAuthenticator = (
  form: URLSearchParams,
  headers: Headers,
) => void | Promise<void>;
