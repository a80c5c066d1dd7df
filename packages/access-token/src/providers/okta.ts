/**
 * The options for Okta.
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
  readSegment,
} from './provider-options.js';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  issuer: DOMAIN_HINT,
  orgUrl: DOMAIN_HINT,
  baseUrl: DOMAIN_HINT,
  authServerId: 'write "authorizationServerId"',
  clientId: NO_CLIENT_HINT,
  clientSecret: NO_CLIENT_HINT,
};

/** Options of {@link okta}. */
export interface OktaOptions {
  /** The host of the org, or its custom domain: `example.okta.com`. */
  readonly domain: string;
  /**
   * The audience of the custom authorization server; for the one named `default`, it is
   * `api://default`.
   */
  readonly audience: ProviderAudience;
  /**
   * The id of the custom authorization server.
   *
   * @defaultValue 'default'
   */
  readonly authorizationServerId?: string | undefined;
}

/**
 * Returns the options for a custom authorization server of Okta.
 *
 * The org authorization server is not supported because its access tokens are for Okta only. `scp`
 * contains the scopes, and `cid` the client id.
 *
 * Source: "OpenID Connect & OAuth 2.0" at developer.okta.com/docs/api, 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...okta({ domain: 'example.okta.com', audience: 'api://default' }), scopes })
 */
export function okta(options: OktaOptions): IssuerOptions {
  const names = ['domain', 'audience', 'authorizationServerId'];
  const read = readProviderOptions('okta()', options, { names, hints: HINTS });
  const id = readSegment(read['authorizationServerId'] ?? 'default', 'authorizationServerId');
  const issuer = `https://${readHost(read['domain'])}/oauth2/${id}`;
  return { issuer, audience: read.audience, scopeClaims: ['scp'] };
}
