/**
 * The options for Microsoft Entra ID.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { IssuerGroup } from '../options/issuer-options.js';
import { NO_CLIENT_HINT, type ProviderAudience, readProviderOptions } from './provider-options.js';

const TENANT = 'write "tenantId": the GUID of the directory';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  issuer: TENANT,
  authority: TENANT,
  domain: TENANT,
  tenant: TENANT,
  directoryId: TENANT,
  clientId: 'write "audience": the client id of the API',
  clientSecret: NO_CLIENT_HINT,
};

/** Options of {@link entra}. */
export interface EntraOptions {
  /** The id of the directory, a GUID in lower case: tokens never identify it by a domain name. */
  readonly tenantId: string;
  /** The client id of the API (version 2), or its application id URI `api://…` (version 1). */
  readonly audience: ProviderAudience;
}

/**
 * Returns the options for a directory of Microsoft Entra ID.
 *
 * The API's manifest (`requestedAccessTokenVersion`) sets the version of its tokens, regardless of
 * the endpoint that the client uses. The issuer and the form of the audience differ between
 * versions 1 and 2, so both issuers are trusted. `scp` contains what users have granted.
 * Applications that act on their own behalf have `roles` instead, which users may have as well: use
 * `scopeClaims: ['scp', 'roles']` only where a user's role may count as a scope. Only Microsoft
 * Graph can verify tokens issued for it. The client is named in `azp` (version 2) or `appid` (version 1).
 *
 * Source: "Access token claims reference" at learn.microsoft.com/entra/identity-platform, 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...entra({ tenantId, audience: ['api://sales', apiClientId] }), scopes })
 */
export function entra(options: EntraOptions): IssuerGroup {
  const { tenantId, audience } = readProviderOptions('entra()', options, {
    names: ['tenantId', 'audience'],
    hints: HINTS,
  });
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(String(tenantId))) {
    throw invalidOption('tenantId', 'must be the GUID of the directory, in lower case');
  }
  const host = `https://login.microsoftonline.com/${String(tenantId)}`;
  return {
    audience,
    scopeClaims: ['scp'],
    issuers: [
      { issuer: `${host}/v2.0`, jwksUri: `${host}/discovery/v2.0/keys` },
      {
        issuer: `https://sts.windows.net/${String(tenantId)}/`,
        jwksUri: `${host}/discovery/keys`,
      },
    ],
  };
}
