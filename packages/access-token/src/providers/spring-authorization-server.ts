/**
 * The options for Spring Authorization Server.
 *
 * @module
 */
import { assertKnownOptions } from '@scopegate/protocol/internal';
import type { IssuerOptions } from '../options/issuer-options.js';
import { NO_CLIENT_HINT, type ProviderAudience } from './provider-options.js';

const ISSUER = 'write "issuer", the `issuer` of its AuthorizationServerSettings';

/** Names that the framework uses, and what to write instead. */
const HINTS = {
  issuerUri: ISSUER,
  'issuer-uri': ISSUER,
  serverUrl: ISSUER,
  domain: ISSUER,
  jwkSetUri: 'omit it: the keys are found by discovery',
  clientId: 'write "audience": the value that an OAuth2TokenCustomizer puts into "aud"',
  clientSecret: NO_CLIENT_HINT,
};

/** Options of {@link springAuthorizationServer}. */
export interface SpringAuthorizationServerOptions {
  /** The issuer identifier, as in `AuthorizationServerSettings`: `https://login.example.com`. */
  readonly issuer: string;
  /** What an `OAuth2TokenCustomizer` puts into `aud`. */
  readonly audience: ProviderAudience;
}

/**
 * Returns the options for Spring Authorization Server.
 *
 * `scope` is an array. By default `aud` is the id of the client: add an `OAuth2TokenCustomizer` that
 * puts the identifier of the API into `aud` of access tokens, and only of those. A client id as
 * `audience` would also accept ID tokens of that client that have no `nonce`. Tokens do not name the
 * client, so `principal` is `'unknown'` until the customizer adds `client_id`. Tokens without scopes have
 * neither a client nor a scope, so `typ` is `'jwt'`.
 *
 * Sources: `JwtGenerator.java` of github.com/spring-projects/spring-authorization-server 1.5 and of
 * Spring Security 7; "Configuration Model" of its reference.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const issuer = 'https://login.example.com';
 * createResourceServer({ ...springAuthorizationServer({ issuer, audience }), scopes })
 */
export function springAuthorizationServer(
  options: SpringAuthorizationServerOptions,
): IssuerOptions {
  assertKnownOptions('springAuthorizationServer()', options, {
    names: ['issuer', 'audience'],
    hints: HINTS,
  });
  const { issuer, audience }: SpringAuthorizationServerOptions = options;
  return { issuer, audience, scopeClaims: ['scope'], typ: 'jwt' };
}
