/**
 * The options for Ory Hydra.
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
  publicUrl: 'write "issuer", the `urls.self.issuer` of its configuration',
  adminUrl: 'write "introspection": { endpoint }, the admin URL and /admin/oauth2/introspect',
  clientId: 'write it in "introspection"',
  clientSecret: 'write it in "introspection"',
};

/** Options of {@link ory}. */
export interface OryOptions {
  /** The issuer identifier, as `urls.self.issuer` of its configuration spells it. */
  readonly issuer: string;
  /** The `audience` that clients request; the server must allow it for them. */
  readonly audience: ProviderAudience;
  /**
   * How the server is asked about opaque tokens. Its `endpoint` is required, because the metadata does not name
   * it: the admin URL and `/admin/oauth2/introspect`.
   */
  readonly introspection: IntrospectionOptions & {
    /** The introspection endpoint: an https URL, or http to this machine. */
    readonly endpoint: string;
  };
}

/**
 * Returns the options for Ory Hydra, which issues opaque tokens unless `strategies.access_token` is `jwt`.
 *
 * Opaque tokens begin with `ory_at_`. Where the license allows another prefix, write `tokenPrefix` in
 * `introspection`. A token without a requested `audience` has an empty `aud` and is refused. Hydra does
 * not authenticate callers of its admin API, so `authenticate` adds what the proxy in front of it requires.
 *
 * Sources: `fosite/handler/oauth2/strategy_hmacsha_prefixed.go`, `oauth2/handler.go` and
 * `oauth2/introspector.go` of github.com/ory/hydra, July 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const endpoint = 'https://hydra-admin.example.com/admin/oauth2/introspect';
 * const introspection = { tokens: 'opaque', endpoint, authenticate } as const;
 * createResourceServer({ ...ory({ issuer, audience, introspection }), scopes })
 */
export function ory(options: OryOptions): IssuerOptions {
  const names = ['issuer', 'audience', 'introspection'];
  readProviderOptions('ory()', options, { names, hints: HINTS });
  const { issuer, audience } = options;
  const introspection = readIntrospection(options.introspection, 'ory_at_');
  return { issuer, audience, scopeClaims: ['scp', 'scope'], introspection };
}
