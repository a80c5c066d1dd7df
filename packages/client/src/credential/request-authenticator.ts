/**
 * Client authentication of requests that other packages make, such as introspection requests.
 *
 * @module
 */
import type { RequestAuthenticator } from '@scopegate/protocol';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import {
  type ClientAuthentication,
  findCredentialReader,
  isForTokenEndpoint,
} from './client-authentication.js';
import { assertClientId, assertIssuer, assertTokenEndpoint } from './client-identity.js';
import { toCredentialError } from './credential-error.js';

/** Options of {@link toRequestAuthenticator}. */
export interface RequestAuthenticatorOptions {
  /** The client id, as registered: one or more printable ASCII characters. RFC 6749 §2.2. */
  readonly clientId: string;
  /** The issuer identifier of the authorization server: the audience of assertions. */
  readonly issuer: string;
  /**
   * The token endpoint of the authorization server. Required for `privateKeyJwt()` with the `audience`
   * `'token_endpoint'` or `'both'`; otherwise it has no effect.
   *
   * @defaultValue none
   */
  readonly tokenEndpoint?: string | undefined;
}

/**
 * Creates a function that adds the credentials of a client to a request: a value of the option
 * `introspection.authenticate` of a resource server.
 *
 * The credentials are read for each request, so that they can be rotated. With {@link tlsClientAuth},
 * the request contains only the client id, and the `fetch` of the resource server must present the
 * certificate.
 *
 * @param authentication - How the client authenticates.
 * @param options - Who the client is, and at which server.
 * @returns A value of the option `authenticate`. It rejects with a `TokenRequestError` `credential` if the
 *   secret or the key cannot be read, or the key cannot sign.
 * @throws TypeError An option is missing, unknown or out of range.
 * @see RFC 7662 §2.1; RFC 7523 §2.2
 * @example
 * const authenticate = toRequestAuthenticator(privateKeyJwt(fromFile('/run/secrets/key.pem')), {
 *   clientId: 'sales-api',
 *   issuer: 'https://auth.example.com',
 * });
 * createResourceServer({ issuer, audience, introspection: { tokens: 'opaque', authenticate }, scopes });
 */
export function toRequestAuthenticator(
  authentication: ClientAuthentication,
  options: RequestAuthenticatorOptions,
): RequestAuthenticator {
  const readCredential = findCredentialReader(authentication);
  if (readCredential === undefined) {
    throw new TypeError(
      'toRequestAuthenticator() requires the result of clientSecretBasic(), clientSecretPost(), privateKeyJwt() or tlsClientAuth()',
    );
  }
  assertOptions(options);
  const { clientId, issuer, tokenEndpoint } = options;
  if (isForTokenEndpoint(authentication) && tokenEndpoint === undefined) {
    throw invalidOption(
      'tokenEndpoint',
      'is required, because it is in the audience of the assertion; or omit the option "audience" of privateKeyJwt()',
    );
  }
  const server = { issuer, ...(tokenEndpoint !== undefined && { token_endpoint: tokenEndpoint }) };
  return async (form, headers) => {
    try {
      const { authenticate } = await readCredential();
      await authenticate(server, { client_id: clientId }, form, headers);
    } catch (error) {
      throw toCredentialError(error);
    }
  };
}

// No request is sent from here, so the resource server decides which transport is allowed.
const ANY_TRANSPORT = { allowHttp: true };

function assertOptions(options: RequestAuthenticatorOptions): void {
  const given: unknown = options;
  assertKnownOptions('toRequestAuthenticator', given, ['clientId', 'issuer', 'tokenEndpoint']);
  assertClientId(options.clientId);
  assertIssuer(options.issuer, ANY_TRANSPORT);
  if (options.tokenEndpoint !== undefined) {
    assertTokenEndpoint(options.tokenEndpoint, ANY_TRANSPORT);
  }
}
