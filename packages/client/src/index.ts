/**
 * Gets access tokens for services with the OAuth 2.0 client credentials grant.
 *
 * @module
 */
export type { AccessToken, TokenType } from './token/access-token.js';
export {
  type ClientAuthentication,
  type ClientAuthenticationMethod,
  clientSecretBasic,
  clientSecretPost,
  privateKeyJwt,
  type PrivateKeyJwtOptions,
  type PrivateKeyReader,
  tlsClientAuth,
} from './credential/client-authentication.js';
export type { DpopAlgorithm } from './dpop/dpop-algorithm.js';
export type { DpopKeyOptions } from './dpop/dpop-key.js';
export {
  ResourceRedirectError,
  type ResourceRedirectReason,
  TokenClientError,
  type TokenClientErrorCode,
  TokenEndpointError,
  type TokenEndpointErrorDetails,
  type TokenEndpointReason,
  TokenRequestError,
  type TokenRequestErrorDetails,
  type TokenRequestReason,
} from './errors.js';
export { TOKEN_CHANNEL, type TokenEvent, type TokenSharing, type TokenSubject } from './events.js';
export type { TokenClientOptions } from './options.js';
export type { AssertionAudience } from './credential/assertion-audience.js';
export type { AssertionAlgorithm, PrivateKeyInput } from './credential/private-key.js';
export {
  type RequestAuthenticatorOptions,
  toRequestAuthenticator,
} from './credential/request-authenticator.js';
export { fromEnv, fromFile, type SecretReader } from './credential/secret-readers.js';
export { createTokenClient, type TokenClient } from './token-client.js';
export type { SharedToken, TokenLease, TokenStore, TokenTurn } from './token/token-store.js';
export type { TokenSource } from './token-source.js';
export type { TokenSourceOptions } from './token/token-target.js';
