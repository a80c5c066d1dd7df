/**
 * The public names of the entry points `…/providers`. A new export needs a line here.
 *
 * @module
 */

/** Sorted as `Array.prototype.sort` sorts. */
export const PROVIDER_NAMES: readonly string[] = [
  'Auth0Options',
  'AuthentikOptions',
  'CognitoOptions',
  'CurityOptions',
  'DuendeOptions',
  'EntraOptions',
  'FirebaseOptions',
  'KeycloakOptions',
  'OktaOptions',
  'OryOptions',
  'PingOptions',
  'ProviderAudience',
  'SpringAuthorizationServerOptions',
  'SupabaseOptions',
  'ZitadelOptions',
  'auth0',
  'authentik',
  'cognito',
  'curity',
  'duende',
  'entra',
  'firebase',
  'keycloak',
  'okta',
  'ory',
  'ping',
  'springAuthorizationServer',
  'supabase',
  'zitadel',
];
