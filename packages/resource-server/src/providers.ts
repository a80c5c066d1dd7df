/**
 * Options for well-known authorization servers, re-exported from `@scopegate/access-token/providers`.
 *
 * @module
 */
export {
  auth0,
  type Auth0Options,
  authentik,
  type AuthentikOptions,
  cognito,
  type CognitoOptions,
  curity,
  type CurityOptions,
  duende,
  type DuendeOptions,
  entra,
  type EntraOptions,
  firebase,
  type FirebaseOptions,
  keycloak,
  type KeycloakOptions,
  okta,
  type OktaOptions,
  ory,
  type OryOptions,
  ping,
  type PingOptions,
  type ProviderAudience,
  springAuthorizationServer,
  type SpringAuthorizationServerOptions,
  supabase,
  type SupabaseOptions,
  zitadel,
  type ZitadelOptions,
} from '@scopegate/access-token/providers';
