/**
 * The options for PingOne.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { IssuerOptions } from '../options/issuer-options.js';
import {
  DOMAIN_HINT,
  NO_CLIENT_HINT,
  type ProviderAudience,
  readHost,
  readProviderOptions,
} from './provider-options.js';

const ENVIRONMENT = 'write "environmentId": the issuer is derived from it';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  issuer: ENVIRONMENT,
  envId: ENVIRONMENT,
  envID: ENVIRONMENT,
  environment: ENVIRONMENT,
  authPath: DOMAIN_HINT,
  region: DOMAIN_HINT,
  resource: 'write "audience": the audience of the custom resource',
  clientId: NO_CLIENT_HINT,
  clientSecret: NO_CLIENT_HINT,
};

/** Options of {@link ping}. */
export interface PingOptions {
  /** The id of the environment, a UUID in lower case. */
  readonly environmentId: string;
  /** The audience of the custom resource. */
  readonly audience: ProviderAudience;
  /**
   * The host of the region: `auth.pingone.eu`, without scheme and path.
   *
   * @defaultValue `'auth.pingone.com'`
   */
  readonly domain?: string | undefined;
}

/**
 * Returns the options for an environment of PingOne.
 *
 * Tokens for the PingOne API itself have another audience. Tokens of the client credentials grant have
 * no `sub`, so `principal` is `'unknown'` for them. An environment with a custom domain has another
 * issuer, and PingFederate and PingAM issue other tokens: write `issuer` for them instead.
 *
 * Source: "Token claims" at developer.pingidentity.com/pingone-api, 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...ping({ environmentId, audience, domain: 'auth.pingone.eu' }), scopes })
 */
export function ping(options: PingOptions): IssuerOptions {
  const names = ['environmentId', 'audience', 'domain'];
  const read = readProviderOptions('ping()', options, { names, hints: HINTS });
  const { environmentId: id, domain = 'auth.pingone.com' } = read;
  if (typeof id !== 'string' || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) {
    throw invalidOption('environmentId', 'must be the UUID of the environment, in lower case');
  }
  const issuer = `https://${readHost(domain)}/${id}/as`;
  return { issuer, audience: read.audience, scopeClaims: ['scope'] };
}
