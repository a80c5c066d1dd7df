/**
 * Options of the verifier: what may be said, what is meant when nothing is said.
 *
 * @module
 */
import type { KeyObject } from 'node:crypto';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { AudienceClaim } from '../claims/audience.js';
import type { TypPolicy } from '../claims/token-kind.js';
import type { AccessTokenClaims } from '../claims/verified-token.js';
import { type Algorithm, PUBLIC_KEY_ALGORITHMS } from '../jws/signature.js';

/** What is expected of an issuer's tokens. */
export interface TokenPolicy {
  /**
   * Identifies this resource server. One of several is enough. Compared octet by octet with `aud`.
   *
   * @see RFC 7519 §4.1.3; RFC 9068 §4
   */
  readonly audience: string | readonly string[];
  /**
   * Which claim names the audience; see {@link AudienceClaim}.
   *
   * @defaultValue 'aud'
   */
  readonly audienceClaim?: AudienceClaim | undefined;
  /**
   * Signature algorithms; the default can only be narrowed.
   *
   * @defaultValue all RS, PS and ES algorithms, EdDSA and Ed25519; with `secret`: HS256
   */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /**
   * Which `typ` an access token may have, so that no ID token passes for one; see {@link TypPolicy}.
   *
   * @defaultValue 'auto'
   * @see RFC 9068 §4; RFC 8725 §3.11
   */
  readonly typ?: TypPolicy | undefined;
  /**
   * Claims that hold scope-tokens, as a space-delimited string or a list. All that are present
   * count. A given list takes the place of the default.
   *
   * @defaultValue ['scope', 'scp']
   */
  readonly scopeClaims?: readonly string[] | undefined;
}

/** Where an issuer's keys come from: discovery, a JWKS at a URL, a given JWKS, or a secret. */
// The compiler explains a mistake by the last member: the plain form.
export type KeySource =
  | {
      readonly jwksUri?: never;
      readonly jwks?: never;
      /**
       * For HS algorithms: octets, at least as long as the hash. RFC 7518 §3.2. Anyone who can verify
       * with it can also forge; what is a public key or a key file is refused.
       */
      readonly secret: Uint8Array | KeyObject;
    }
  | {
      readonly jwksUri?: never;
      /** A JWKS that never changes. */
      readonly jwks: { readonly keys: readonly object[] };
      readonly secret?: never;
    }
  | {
      /** Skips discovery. An https URL. */
      readonly jwksUri?: string | undefined;
      readonly jwks?: never;
      readonly secret?: never;
    };

/** One issuer, trusted by its exact identifier. */
export type IssuerOptions = TokenPolicy &
  KeySource & {
    /** The issuer identifier, compared octet by octet with `iss`. RFC 8414 §2. */
    readonly issuer: string;
    readonly issuers?: never;
  };

/** Several issuers; each has its own keys. Members beside `issuers` hold for those that lack them. */
export type SeveralIssuersOptions = Partial<TokenPolicy> & {
  /** The issuers, each with its own keys; at least one, each named once. */
  readonly issuers: readonly IssuerEntry[];
  readonly issuer?: never;
  readonly jwksUri?: never;
  readonly jwks?: never;
  readonly secret?: never;
};

/** One of several issuers. */
export type IssuerEntry = Partial<TokenPolicy> &
  KeySource & {
    /** The issuer identifier, compared octet by octet with `iss`. RFC 8414 §2. */
    readonly issuer: string;
  };

/** Times and bounds of the key sets, in milliseconds. */
export interface KeySetOptions {
  /**
   * How long keys serve past their lifetime when no newer ones can be had; 0 for not at all.
   *
   * @defaultValue 86_400_000 (24 hours)
   */
  readonly maxStaleMs?: number | undefined;
  /**
   * For one whole exchange with the authorization server, 1 to 60,000.
   *
   * @defaultValue 5_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The lifetime when response headers give none.
   *
   * @defaultValue 600_000 (10 minutes)
   */
  readonly defaultLifetimeMs?: number | undefined;
  /**
   * The least lifetime, whatever response headers say; at least 1,000.
   *
   * @defaultValue 60_000 (1 minute)
   */
  readonly minLifetimeMs?: number | undefined;
  /**
   * The longest lifetime, whatever response headers say; at most 7 days.
   *
   * @defaultValue 86_400_000 (24 hours)
   */
  readonly maxLifetimeMs?: number | undefined;
}

/** How many accepted tokens are remembered. Those used last stay. */
export interface TokenCacheOptions {
  /**
   * How many tokens, an integer from 1 to 10,000,000.
   *
   * @defaultValue 10_000
   */
  readonly maxEntries?: number | undefined;
  /**
   * How many octets of memory, an integer from 1 to 2^53 - 1: estimated from above by what each token
   * holds. A token that does not fit is verified each time.
   *
   * @defaultValue 33_554_432 (32 MiB)
   */
  readonly maxBytes?: number | undefined;
}

/** Options that do not depend on the issuer. */
export interface CommonOptions<Claims = AccessTokenClaims> {
  /**
   * For `exp`, `nbf` and `iat`, 0 to 300.
   *
   * @defaultValue 5
   */
  readonly clockToleranceSeconds?: number | undefined;
  /**
   * Refuses tokens whose `exp` minus `iat` is longer; at least 1.
   *
   * @defaultValue none
   */
  readonly maxLifetimeSeconds?: number | undefined;
  /**
   * Refuses longer tokens unread, 256 to 1,048,576. Node's own limit for all headers is 16 KiB.
   *
   * @defaultValue 16_384
   */
  readonly maxTokenBytes?: number | undefined;
  /**
   * Remembers accepted tokens by their SHA-256; `false` for not at all.
   *
   * @defaultValue { maxEntries: 10_000, maxBytes: 33_554_432 }
   */
  readonly tokenCache?: false | TokenCacheOptions | undefined;
  /**
   * A Standard Schema (zod, valibot, arktype, …) that checks the claims and gives their type.
   *
   * It must look at nothing but the claims. Where it makes plain data (objects, arrays, primitive
   * values), it is asked once per token, and a frozen copy of what it made is remembered and shared by
   * all requests with that token: it cannot serve as a revocation hook. Where it makes anything else (a
   * `Map`, a `Date`, an instance of a class), it is asked for each request. It has 10 s to answer; what it
   * throws and an answer without `value` and `issues` are errors, not refusals.
   */
  readonly claims?: StandardSchemaV1<unknown, Claims> | undefined;
  /**
   * Times and bounds for fetching the issuers' keys, in milliseconds: how long they live, how long they
   * serve in an outage, how long one exchange may take.
   *
   * @defaultValue see {@link KeySetOptions}
   */
  readonly keySet?: KeySetOptions | undefined;
  /**
   * Milliseconds since the epoch. What is not a finite number is a `TypeError` for the request; no
   * token is accepted by it.
   *
   * @defaultValue Date.now
   */
  readonly clock?: (() => number) | undefined;
  /**
   * Fetches metadata and keys; for proxies, private certificate authorities and tests.
   *
   * @defaultValue the global `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Takes http URLs beyond this machine. Whoever is on the network can then replace the keys.
   *
   * @defaultValue false
   */
  readonly dangerouslyAllowHttp?: boolean | undefined;
}

/** Options of {@link createAccessTokenVerifier}. */
export type AccessTokenVerifierOptions<Claims = AccessTokenClaims> = CommonOptions<Claims> &
  (SeveralIssuersOptions | IssuerOptions);

/** The defaults, written here and nowhere else. */
export const DEFAULTS = {
  algorithms: PUBLIC_KEY_ALGORITHMS as readonly Algorithm[],
  secretAlgorithms: ['HS256'] as readonly Algorithm[],
  audienceClaim: 'aud',
  typ: 'auto',
  scopeClaims: ['scope', 'scp'],
  clockToleranceSeconds: 5,
  maxLifetimeSeconds: Infinity as number,
  maxTokenBytes: 16_384,
  maxEntries: 10_000,
  maxBytes: 33_554_432,
  maxStaleMs: 86_400_000,
  timeoutMs: 5_000,
  defaultLifetimeMs: 600_000,
  minLifetimeMs: 60_000,
  maxLifetimeMs: 86_400_000,
} as const;
