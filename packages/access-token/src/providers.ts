/**
 * Verifier options for well-known authorization servers.
 *
 * Each function returns what its vendor documents: issuer, keys and claims. Options that are spread
 * after the call override its result. To accept tokens of several providers, write
 * `issuers: [auth0(…), entra(…)]`: each keeps its own audience and claims. There is no preset for
 * Google: its access tokens are opaque, and its JWTs are ID tokens, which identify a user and do not
 * authorize a client.
 *
 * @module
 */
export { auth0, type Auth0Options } from './providers/auth0.js';
export { authentik, type AuthentikOptions } from './providers/authentik.js';
export { cognito, type CognitoOptions } from './providers/cognito.js';
export { curity, type CurityOptions } from './providers/curity.js';
export { duende, type DuendeOptions } from './providers/duende.js';
export { entra, type EntraOptions } from './providers/entra.js';
export { firebase, type FirebaseOptions } from './providers/firebase.js';
export { keycloak, type KeycloakOptions } from './providers/keycloak.js';
export { okta, type OktaOptions } from './providers/okta.js';
export { ory, type OryOptions } from './providers/ory.js';
export { ping, type PingOptions } from './providers/ping.js';
export {
  springAuthorizationServer,
  type SpringAuthorizationServerOptions,
} from './providers/spring-authorization-server.js';
export { supabase, type SupabaseOptions } from './providers/supabase.js';
export { zitadel, type ZitadelOptions } from './providers/zitadel.js';
export type { ProviderAudience } from './providers/provider-options.js';
