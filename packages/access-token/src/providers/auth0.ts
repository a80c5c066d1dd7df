/**
 * The options for Auth0.
 *
 * @module
 */
import type { IssuerOptions } from '../options/issuer-options.js';
import {
  DOMAIN_HINT,
  NO_CLIENT_HINT,
  type ProviderAudience,
  readHost,
  readProviderOptions,
} from './provider-options.js';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  issuer: DOMAIN_HINT,
  issuerBaseURL: DOMAIN_HINT,
  issuerBaseUrl: DOMAIN_HINT,
  tenant: DOMAIN_HINT,
  clientId: NO_CLIENT_HINT,
  clientSecret: NO_CLIENT_HINT,
  tokenSigningAlg: 'write "algorithms", an array, next to ...auth0()',
  identifier: 'write "audience": the identifier of the API',
};

/** Options of {@link auth0}. */
export interface Auth0Options {
  /** The host of the tenant, or its custom domain: `tenant.eu.auth0.com`, without scheme and path. */
  readonly domain: string;
  /** The identifier of the API, as in its settings at Auth0. */
  readonly audience: ProviderAudience;
}

/**
 * Returns the options for a tenant of Auth0.
 *
 * The issuer ends in a slash. A token that was requested without `audience` is encrypted for Auth0
 * itself. Tokens of APIs that sign with HS256 are refused: choose RS256 in the settings of the API.
 * With RBAC, `permissions` lists what the user may do, not what the client was granted: add it by
 * `scopeClaims: ['scope', 'permissions']` only where it may count as a scope. Both token profiles are
 * accepted.
 *
 * Source: "Access Token Profiles" at auth0.com/docs, 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...auth0({ domain: 'tenant.eu.auth0.com', audience }), scopes })
 */
export function auth0(options: Auth0Options): IssuerOptions {
  const { domain, audience } = readProviderOptions('auth0()', options, {
    names: ['domain', 'audience'],
    hints: HINTS,
  });
  return { issuer: `https://${readHost(domain)}/`, audience };
}
