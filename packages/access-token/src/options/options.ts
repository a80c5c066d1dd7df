/**
 * Options of the verifier and their defaults.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { AccessTokenClaims } from '../claims/verified-token.js';
import { type Algorithm, PUBLIC_KEY_ALGORITHMS } from '../jws/signature.js';
import type { RevocationHook, RevocationSource } from '../revocation/revocation-source.js';
import type { KeySetSnapshots } from '../snapshots/key-set-snapshots.js';
import type { PossessionOptions } from './possession-options.js';
import type { IssuerOptions, SeveralIssuersOptions } from './issuer-options.js';

/** Lifetimes and timeouts of the key sets, in milliseconds. */
export interface KeySetOptions {
  /**
   * How long keys are used past their lifetime while the issuer cannot be reached, in milliseconds.
   * 0 to 2,592,000,000 (30 days); 0 disables it. After that time, verification rejects with a
   * `KeySetUnavailableError`. `must-revalidate` in the response does not shorten it, because many
   * servers send that directive by default.
   *
   * @defaultValue `86_400_000` (24 hours)
   */
  readonly maxStaleMs?: number | undefined;
  /**
   * How long discovery may take, at most three requests, and how long the request for the keys may
   * take, each in milliseconds and including reading the bodies. 1 to 60,000.
   *
   * @defaultValue `5_000`
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The lifetime of keys whose response headers contain none, in milliseconds. 1,000 to 604,800,000
   * (7 days).
   *
   * @defaultValue `600_000` (10 minutes)
   */
  readonly defaultLifetimeMs?: number | undefined;
  /**
   * The shortest lifetime of keys, in milliseconds; response headers cannot lower it. 1,000 to
   * 86,400,000 (1 day).
   *
   * @defaultValue `60_000` (1 minute)
   */
  readonly minLifetimeMs?: number | undefined;
  /**
   * The longest lifetime of keys, in milliseconds; response headers cannot raise it. 1,000 to
   * 604,800,000 (7 days), and at least `minLifetimeMs`.
   *
   * @defaultValue `86_400_000` (24 hours)
   */
  readonly maxLifetimeMs?: number | undefined;
  /**
   * Where the keys of issuers are stored for processes that start while an issuer is unavailable, such as
   * `keySetSnapshots` of `createRedisStores()`. A snapshot is never used longer than `maxStaleMs` after its
   * keys were fetched, and never replaces keys that this process has fetched. `health()` shows its use.
   *
   * @defaultValue none: a process that starts needs the issuer
   */
  readonly snapshots?: KeySetSnapshots | undefined;
}

/** The size of the cache of accepted tokens. The least recently used token is evicted. */
export interface TokenCacheOptions {
  /**
   * Maximum number of cached tokens. An integer from 1 to 10,000,000.
   *
   * @defaultValue `10_000`
   */
  readonly maxEntries?: number | undefined;
  /**
   * Maximum memory of all cached tokens in bytes, by an upper estimate for each token. An integer from 1
   * to 2^53 - 1. A token that is larger than that is never cached. A token that is bound to a DPoP key
   * counts 10 KiB more, because its imported key is cached with it.
   *
   * @defaultValue `33_554_432` (32 MiB)
   */
  readonly maxBytes?: number | undefined;
}

/** Options that do not depend on the issuer. */
export interface CommonOptions<Claims = AccessTokenClaims> extends PossessionOptions {
  /**
   * How far clocks may differ when `exp` and `nbf` are checked, in seconds. 0 to 300. `iat` may be up to
   * 60 seconds in the future, or further if the tolerance is larger.
   *
   * @defaultValue `5`
   */
  readonly clockToleranceSeconds?: number | undefined;
  /**
   * The longest lifetime of a token, `exp` minus `iat`, in seconds. At least 1. Tokens without `iat` are
   * refused when it is set.
   *
   * @defaultValue no limit
   */
  readonly maxLifetimeSeconds?: number | undefined;
  /**
   * The longest token, in bytes. 256 to 1,048,576. Longer tokens are refused without being parsed. Node's
   * own limit for all headers of a request is 16 KiB.
   *
   * @defaultValue `16_384`
   */
  readonly maxTokenBytes?: number | undefined;
  /**
   * The size of the cache of accepted tokens, whose keys are SHA-256 digests; `false` disables it.
   *
   * @defaultValue `{ maxEntries: 10_000, maxBytes: 33_554_432 }`
   */
  readonly tokenCache?: false | TokenCacheOptions | undefined;
  /**
   * A Standard Schema (zod, valibot, arktype, …) that checks the claims and gives their type.
   *
   * Its result must depend only on the claims. If it returns plain data (objects, arrays, primitive
   * values), it is called once per token, and a frozen copy of its value is cached and shared by
   * all requests with that token, so it cannot serve as a revocation hook. If it returns anything
   * else (a `Map`, a `Date`, an instance of a class), it is called for each request. It must settle
   * within 10 s. An exception, or a result with neither `value` nor `issues`, is an error and not a
   * refusal.
   *
   * @defaultValue any claims
   */
  readonly claims?: StandardSchemaV1<unknown, Claims> | undefined;
  /**
   * Lifetimes and timeouts of the issuers' keys, in milliseconds.
   *
   * @defaultValue see {@link KeySetOptions}
   */
  readonly keySet?: KeySetOptions | undefined;
  /**
   * Where this resource server learns that a token was revoked before it expires: a list in the memory of
   * this process, such as {@link createRevocationList} creates, or a function. Checked for every request
   * whose token is acceptable and possessed, before its scopes.
   *
   * @defaultValue tokens are accepted until they expire
   */
  readonly revocation?: RevocationSource | RevocationHook | undefined;
  /**
   * Returns the time in milliseconds since the epoch. While it returns anything but a finite number,
   * requests fail with a `TypeError` and no token is accepted.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
  /**
   * Fetches metadata and keys. For proxies, private certificate authorities and tests.
   *
   * @defaultValue the global `fetch` at the time of each call
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Accepts http URLs of other hosts, and metadata that names internal addresses. Anyone on the network
   * path can then replace the keys.
   *
   * @defaultValue `false`
   */
  readonly dangerouslyAllowHttp?: boolean | undefined;
}

/** Options of {@link createAccessTokenVerifier}. */
export type AccessTokenVerifierOptions<Claims = AccessTokenClaims> = CommonOptions<Claims> &
  (SeveralIssuersOptions | IssuerOptions);

/** The defaults of all options. */
export const DEFAULTS = {
  algorithms: PUBLIC_KEY_ALGORITHMS as readonly Algorithm[],
  secretAlgorithms: ['HS256'] as readonly Algorithm[],
  audienceClaim: 'aud',
  typ: 'auto',
  secretTyp: 'jwt',
  scopeClaims: ['scope', 'scp'],
  clockToleranceSeconds: 5,
  maxTokenBytes: 16_384,
  maxEntries: 10_000,
  maxBytes: 33_554_432,
  maxStaleMs: 86_400_000,
  timeoutMs: 5_000,
  defaultLifetimeMs: 600_000,
  minLifetimeMs: 60_000,
  maxLifetimeMs: 86_400_000,
  maxIssuers: 100,
  maxAgeMs: 600_000,
} as const;
