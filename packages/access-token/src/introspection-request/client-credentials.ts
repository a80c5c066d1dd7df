/**
 * The credentials of this resource server in an introspection request.
 *
 * @module
 */
import type { RequestAuthenticator } from '@scopegate/protocol';
import { formatBasicCredentials } from '@scopegate/protocol/internal';

/** A client id, and how its secret is read and sent. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly readSecret: () => unknown;
  readonly method: 'client_secret_basic' | 'client_secret_post';
}

/**
 * Creates the authenticator that sends a client id and a secret. The secret is read for each request.
 *
 * @see RFC 6749 §2.3.1; RFC 7662 §2.1
 */
export function createSecretAuthenticator(credentials: ClientCredentials): RequestAuthenticator {
  const { clientId, readSecret, method } = credentials;
  return async (form, headers) => {
    const secret = await readSecret();
    if (typeof secret !== 'string' || secret === '') {
      throw new TypeError('the function "clientSecret" must return a non-empty string');
    }
    if (method === 'client_secret_basic') {
      headers.set('authorization', formatBasicCredentials(clientId, secret));
      return;
    }
    form.set('client_id', clientId);
    form.set('client_secret', secret);
  };
}
