/**
 * The options for Duende IdentityServer.
 *
 * @module
 */
import { assertKnownOptions } from '@scopegate/protocol/internal';
import type { IssuerOptions } from '../options/issuer-options.js';
import { NO_CLIENT_HINT, type ProviderAudience } from './provider-options.js';

const ISSUER = 'write "issuer", exactly as the tokens name it in "iss"';
const AUDIENCE = 'write "audience": the name of the ApiResource';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  authority: ISSUER,
  issuerUri: ISSUER,
  domain: ISSUER,
  apiName: AUDIENCE,
  apiResource: AUDIENCE,
  clientId: AUDIENCE,
  clientSecret: NO_CLIENT_HINT,
  apiSecret: NO_CLIENT_HINT,
};

/** Options of {@link duende}. */
export interface DuendeOptions {
  /** The issuer identifier, in lower case unless it was configured: `https://login.example.com`. */
  readonly issuer: string;
  /** The name of the `ApiResource` that the scopes belong to. */
  readonly audience: ProviderAudience;
}

/**
 * Returns the options for Duende IdentityServer.
 *
 * `scope` is an array, or a string with `EmitScopesAsSpaceDelimitedStringInJwt`. `aud` contains the
 * names of the API resources to which the requested scopes belong; a scope without an API resource
 * leads to a token without `aud`, which is refused. Reference tokens are opaque, and refused as well.
 * Tokens of the client credentials grant have no `sub`, so `principal` is `'unknown'` for them.
 *
 * Sources: `DefaultTokenService.cs`, `DefaultClaimsService.cs`, `TokenExtensions.cs` and
 * `IdentityServerOptions.cs` of github.com/DuendeSoftware/products, July 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const issuer = 'https://login.example.com';
 * createResourceServer({ ...duende({ issuer, audience: 'sales' }), scopes })
 */
export function duende(options: DuendeOptions): IssuerOptions {
  assertKnownOptions('duende()', options, { names: ['issuer', 'audience'], hints: HINTS });
  const { issuer, audience }: DuendeOptions = options;
  return { issuer, audience, scopeClaims: ['scope'] };
}
