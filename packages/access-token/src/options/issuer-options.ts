/**
 * Options of the issuers that a verifier trusts.
 *
 * @module
 */
import type { KeyObject } from 'node:crypto';
import type { AudienceClaim } from '../claims/audience.js';
import type { TypPolicy } from '../claims/token-kind.js';
import type { IntrospectionOptions } from '../introspection/introspection-options.js';
import type { DecryptionOptions } from '../jwe/decryption-options.js';
import type { Algorithm } from '../jws/signature.js';

/** The requirements for an issuer's tokens. */
export interface TokenPolicy {
  /**
   * The identifiers of this resource server. A token must name at least one of them in `aud`; they are
   * compared character by character.
   *
   * @see RFC 7519 §4.1.3; RFC 9068 §4
   */
  readonly audience: string | readonly string[];
  /**
   * The claim that names the audience; see {@link AudienceClaim}.
   *
   * @defaultValue `'aud'`
   */
  readonly audienceClaim?: AudienceClaim | undefined;
  /**
   * The accepted signature algorithms. The default can only be narrowed.
   *
   * @defaultValue all RS, PS and ES algorithms, EdDSA and Ed25519; with `secret`: HS256
   */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /**
   * Which JWTs count as access tokens, so that no ID token is accepted; see {@link TypPolicy}.
   *
   * @defaultValue `'auto'`; with `secret`: `'jwt'`
   * @see RFC 9068 §4; RFC 8725 §3.11
   */
  readonly typ?: TypPolicy | undefined;
  /**
   * The claims that contain scope-tokens, as a space-delimited string or an array. All that are
   * present are used. The option replaces the default.
   *
   * A name with dots that is not the name of a claim is a path: `realm_access.roles` reads the member
   * `roles` of the claim `realm_access`. If a key on the path contains dots itself, the longest key
   * that is present is used, so `resource_access.my.client.roles` reads the roles of `my.client`. With
   * more than 15 dots it is always a name. With `typ: 'at+jwt'`, `scope` must be a string.
   *
   * @defaultValue `['scope', 'scp']`
   * @see RFC 9068 §2.2.3
   */
  readonly scopeClaims?: readonly string[] | undefined;
  /**
   * Accepts tokens that are bound to a key or a certificate (`cnf`) as plain bearer tokens, without
   * proof of possession. Only for APIs that receive every request from a gateway that has checked the
   * DPoP proof or the client certificate: otherwise anyone who steals such a token can use it. Cannot be
   * combined with `dpop` or `mtls` if it applies to every listed issuer.
   *
   * @defaultValue `false`
   * @see RFC 9449 §7.2; RFC 8705 §3
   */
  readonly dangerouslyIgnoreSenderConstraint?: boolean | undefined;
  /**
   * Accepts encrypted tokens: nested JWTs, signed by the issuer and then encrypted for this resource server.
   * RFC 7519 §5.2, RFC 7516. The signed token must pass every check.
   *
   * @defaultValue encrypted tokens are refused
   */
  readonly decryption?: DecryptionOptions | undefined;
}

/** How an issuer is asked about its tokens. */
export interface IntrospectedTokens {
  /**
   * Asks the issuer about its opaque tokens, and about any of its tokens on routes with `fresh: true`.
   * RFC 7662.
   *
   * @defaultValue opaque tokens are refused
   */
  readonly introspection?: IntrospectionOptions | undefined;
}

/** How an issuer with given keys is asked about its tokens: some of them are JWTs, so the keys are used. */
export interface IntrospectedJwts {
  /**
   * Asks the issuer about its opaque tokens, and about any of its tokens on routes with `fresh: true`.
   * RFC 7662. Issuers whose tokens are all opaque need no keys.
   *
   * @defaultValue opaque tokens are refused
   */
  readonly introspection?: (IntrospectionOptions & { readonly tokens: 'jwt' | 'both' }) | undefined;
}

/** Where an issuer's keys come from: discovery, a JWKS at a URL, a given JWKS, or a secret. */
// TypeScript reports errors against the last member of a union, so the most common form is last.
export type KeySource =
  | (IntrospectedJwts & {
      /** Cannot be combined with `secret`. */
      readonly jwksUri?: never;
      /** Cannot be combined with `secret`. */
      readonly jwks?: never;
      /**
       * The shared secret of HS algorithms, at least as long as the hash (RFC 7518 §3.2). Anyone who can
       * verify with it can also forge tokens. Public keys and key files are refused.
       */
      readonly secret: Uint8Array | KeyObject;
    })
  | (IntrospectedJwts & {
      /** Cannot be combined with `jwks`. */
      readonly jwksUri?: never;
      /** A JWKS that never changes; nothing is fetched. */
      readonly jwks: {
        /** The JWKs, of which at least one must be usable. RFC 7517 §5. */
        readonly keys: readonly object[];
      };
      /** Cannot be combined with `jwks`. */
      readonly secret?: never;
    })
  | (IntrospectedTokens & {
      /**
       * The https URL of the JWKS; skips discovery.
       *
       * @defaultValue discovered by RFC 8414 or OpenID Connect Discovery
       */
      readonly jwksUri?: string | undefined;
      /** Cannot be combined with `jwksUri`. */
      readonly jwks?: never;
      /** Cannot be combined with `jwksUri`. */
      readonly secret?: never;
    });

/** One issuer, trusted by its exact identifier. */
export type IssuerOptions = TokenPolicy &
  KeySource & {
    /**
     * The issuer identifier, compared character by character with `iss`: an https URL (RFC 8414 §2).
     * With `secret`, `jwks` or `jwksUri` nothing is discovered, so it may be any non-empty string that
     * is a URI if it contains a colon (RFC 7519 §4.1.1).
     */
    readonly issuer: string;
    /** Cannot be combined with `issuer`. */
    readonly issuers?: never;
  };

/**
 * Several issuers, each with its own keys. Options next to `issuers` are the defaults of its
 * entries.
 */
export type SeveralIssuersOptions = Partial<TokenPolicy> & {
  /**
   * The issuers: at least one, each listed once. An entry is one issuer or a group of issuers, such
   * as a preset returns. A function finds issuers at run time; see {@link IssuerResolver}.
   */
  readonly issuers: readonly (IssuerEntry | IssuerGroup)[] | IssuerResolver;
  /** Set it on each entry. */
  readonly issuer?: never;
  /** Set it on each entry. */
  readonly jwksUri?: never;
  /** Set it on each entry. */
  readonly jwks?: never;
  /** Set it on each entry. */
  readonly secret?: never;
  /** Set it on each entry. */
  readonly introspection?: never;
};

/** One of several issuers. */
export type IssuerEntry = Partial<TokenPolicy> &
  KeySource & {
    /**
     * The issuer identifier, compared character by character with `iss`: an https URL (RFC 8414 §2).
     * With `secret`, `jwks` or `jwksUri` nothing is discovered, so it may be any non-empty string that
     * is a URI if it contains a colon (RFC 7519 §4.1.1).
     */
    readonly issuer: string;
    /** Cannot be combined with `issuer`. */
    readonly issuers?: never;
  };

/**
 * Issuers that have options in common, such as those of one provider. Its options are the defaults
 * of its members, and the options next to the outer `issuers` are the defaults of its options.
 */
export type IssuerGroup = Partial<TokenPolicy> & {
  /** The members: at least one. A group cannot contain another group. */
  readonly issuers: readonly IssuerEntry[];
  /** Set it on each member. */
  readonly issuer?: never;
  /** Set it on each member. */
  readonly jwksUri?: never;
  /** Set it on each member. */
  readonly jwks?: never;
  /** Set it on each member. */
  readonly secret?: never;
  /** Set it on each member. */
  readonly introspection?: never;
};

/**
 * Finds issuers at run time, for applications whose tenants have their own authorization servers.
 *
 * The issuers that are in use are held with their keys. Tokens of an issuer that is not held wait
 * until `resolve` has settled; all other tokens do not.
 */
export interface IssuerResolver {
  /**
   * Returns the options of a trusted issuer, or `undefined` or `null` for an unknown one, whose tokens
   * are refused with the reason `issuer`.
   *
   * The argument comes from a token that is not verified: **anyone can choose it**. Look it up in the
   * list of your tenants. Never derive an entry from it without that check, because every issuer that
   * is returned is trusted, and its metadata is fetched. The `issuer` of the entry must be exactly the
   * argument. Of a group, such as a preset returns, the member with that issuer is used; without one,
   * the issuer is unknown.
   *
   * If it throws, rejects, returns anything else, or does not settle within `keySet.timeoutMs`, the
   * request gets 503 with `Retry-After`, and the issuer is not looked up again for a second. An unknown
   * issuer is not looked up again for 30 seconds. Concurrent tokens share one call per issuer. At most
   * 32 calls run at a time and 256 wait; beyond that, tokens of issuers that are not held get 503.
   * These limits do not delay further calls for issuers that are held, of which 32 run at a time.
   *
   * It runs in the async context in which the verifier was created, not in that of a request.
   *
   * @param issuer - The claim `iss`: 1 to 2,048 characters without control characters, and a URI if it
   *   contains a colon; otherwise arbitrary. Any other `iss` is unknown, without a call.
   */
  readonly resolve: (
    issuer: string,
  ) =>
    | IssuerEntry
    | IssuerGroup
    | undefined
    | null
    | Promise<IssuerEntry | IssuerGroup | undefined | null>;
  /**
   * Maximum number of issuers that are held. An integer from 1 to 100,000. Beyond that, the least
   * recently used one is evicted with its keys and its cached tokens, and the signals of
   * `whileAcceptable()` for its tokens abort. Set it to at least the number of tenants: otherwise even
   * forged tokens that name known issuers cause evictions, calls of `resolve` and requests for keys.
   *
   * @defaultValue `100`
   */
  readonly max?: number | undefined;
  /**
   * The age at which an issuer is looked up again in the background, in milliseconds. 1,000 to
   * 86,400,000 (1 day). If it has become unknown, its tokens are refused from then on, including cached
   * ones. If its options have changed, its tokens are verified again. While `resolve` fails, the issuer
   * stays trusted for `keySet.maxStaleMs` longer.
   *
   * @defaultValue `600_000` (10 minutes)
   */
  readonly maxAgeMs?: number | undefined;
}
