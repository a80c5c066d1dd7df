/**
 * The options for the Curity Identity Server.
 *
 * @module
 */
import type { IntrospectionOptions } from '../introspection/introspection-options.js';
import type { IssuerOptions } from '../options/issuer-options.js';
import {
  type ProviderAudience,
  readIntrospection,
  readProviderOptions,
} from './provider-options.js';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  baseUrl: 'write "issuer", as the tokens name it, with its path',
  clientId: 'write it in "introspection": a client with the capability "introspection"',
  clientSecret: 'write it in "introspection": a client with the capability "introspection"',
};

/** Options of {@link curity}. */
export interface CurityOptions {
  /** The issuer identifier with its path, such as `https://login.example.com/oauth/v2/oauth-anonymous`. */
  readonly issuer: string;
  /** The audience of the API, as its scopes or claims add it to `aud`. */
  readonly audience: ProviderAudience;
  /** How the server is asked about opaque tokens, by a client with the capability "introspection". */
  readonly introspection: IntrospectionOptions;
}

/**
 * Returns the options for the Curity Identity Server, which issues opaque tokens by default.
 *
 * The tokens of its default issuer begin with `_0XBPWQQ_`. For another token issuer, write `tokenPrefix` in
 * `introspection`. The id of the client is in `aud` as well, so it is not an `audience` for an API.
 *
 * Sources: the tokens and the introspection response in "Debugging Dashboard OAuth Logins" and in the README
 * of the DPoP console client, examples of Curity, 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const introspection = { tokens: 'opaque', clientId, clientSecret } as const;
 * createResourceServer({ ...curity({ issuer, audience, introspection }), scopes })
 */
export function curity(options: CurityOptions): IssuerOptions {
  const names = ['issuer', 'audience', 'introspection'];
  readProviderOptions('curity()', options, { names, hints: HINTS });
  const { issuer, audience } = options;
  const introspection = readIntrospection(options.introspection, '_0XBPWQQ_');
  return { issuer, audience, scopeClaims: ['scope'], introspection };
}
