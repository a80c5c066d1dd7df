/**
 * The public names of `@scopegate/client`. A new export needs a line here.
 *
 * @module
 */

/** Sorted as `Array.prototype.sort` sorts. */
export const CLIENT_NAMES: readonly string[] = [
  'AccessToken',
  'AssertionAlgorithm',
  'AssertionAudience',
  'ClientAuthentication',
  'ClientAuthenticationMethod',
  'DpopAlgorithm',
  'DpopKeyOptions',
  'PrivateKeyInput',
  'PrivateKeyJwtOptions',
  'PrivateKeyReader',
  'RequestAuthenticatorOptions',
  'ResourceRedirectError',
  'ResourceRedirectReason',
  'SecretReader',
  'TOKEN_CHANNEL',
  'TokenClient',
  'TokenClientError',
  'TokenClientErrorCode',
  'TokenClientOptions',
  'TokenEndpointError',
  'TokenEndpointErrorDetails',
  'TokenEndpointReason',
  'TokenEvent',
  'TokenRequestError',
  'TokenRequestErrorDetails',
  'TokenRequestReason',
  'TokenSource',
  'TokenSourceOptions',
  'TokenSubject',
  'TokenType',
  'clientSecretBasic',
  'clientSecretPost',
  'createTokenClient',
  'fromEnv',
  'fromFile',
  'privateKeyJwt',
  'tlsClientAuth',
  'toRequestAuthenticator',
];
