/**
 * The options for Keycloak.
 *
 * @module
 */
import type { IssuerOptions } from '../options/issuer-options.js';
import {
  NO_CLIENT_HINT,
  type ProviderAudience,
  readProviderOptions,
  readSegment,
  readServerUrl,
} from './provider-options.js';

const SERVER = 'write "serverUrl" and "realm": the issuer is derived from them';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  issuer: SERVER,
  url: SERVER,
  baseUrl: SERVER,
  domain: SERVER,
  authServerUrl: SERVER,
  'auth-server-url': SERVER,
  clientId: 'write "audience": what an Audience mapper adds to "aud"',
  resource: 'write "audience"',
  clientSecret: NO_CLIENT_HINT,
  secret: NO_CLIENT_HINT,
};

/** Options of {@link keycloak}. */
export interface KeycloakOptions {
  /**
   * The public URL of the server, including `/auth` if it uses that path:
   * `https://login.example.com`.
   */
  readonly serverUrl: string;
  /** The name of the Keycloak realm: letters, digits and `_ . ~ -`. */
  readonly realm: string;
  /** The audience that Keycloak's Audience mapper adds to `aud`. */
  readonly audience: ProviderAudience;
}

/**
 * Returns the options for a realm of Keycloak.
 *
 * By default `aud` is `account`: add an Audience mapper for the API to the client or to one of its
 * client scopes. Behind a proxy, configure the server's public URL (`hostname`); otherwise tokens name
 * another issuer. Roles are not scopes: `scopeClaims: ['scope', 'realm_access.roles']` adds those of the
 * realm, and `resource_access.<client>.roles` those of a client. The `nonce` that versions before 25
 * write into access tokens is accepted, because the claim `typ` is `Bearer`.
 *
 * Sources: "Server Administration Guide" and "Upgrading Guide" (25.0) at keycloak.org.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const serverUrl = 'https://login.example.com';
 * createResourceServer({ ...keycloak({ serverUrl, realm: 'sales', audience }), scopes })
 */
export function keycloak(options: KeycloakOptions): IssuerOptions {
  const read = readProviderOptions('keycloak()', options, {
    names: ['serverUrl', 'realm', 'audience'],
    hints: HINTS,
  });
  const realm = readSegment(read['realm'], 'realm');
  return {
    issuer: `${readServerUrl(read['serverUrl'])}/realms/${realm}`,
    audience: read.audience,
    scopeClaims: ['scope'],
  };
}
