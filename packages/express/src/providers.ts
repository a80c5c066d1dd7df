/**
 * Options for well-known authorization servers, re-exported from `@scopegate/access-token/providers`.
 *
 * @module
 */
export {
  auth0,
  type Auth0Options,
  cognito,
  type CognitoOptions,
  entra,
  type EntraOptions,
  keycloak,
  type KeycloakOptions,
  okta,
  type OktaOptions,
  type ProviderAudience,
} from '@scopegate/access-token/providers';
