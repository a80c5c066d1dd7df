/**
 * The base of all refusals that the caller can act on.
 *
 * @module
 */
import { type AuthScheme, type ErrorChallenge, formatChallenge } from './challenge.js';
import type { RefusalReason } from './refusal-reasons.js';

/** The `code` of a {@link ChallengeError} about an access token, its scopes or its user: stable across releases. */
export type BearerErrorCode =
  | 'ERR_BEARER_MISSING_CREDENTIALS'
  | 'ERR_BEARER_INVALID_REQUEST'
  | 'ERR_BEARER_INVALID_TOKEN'
  | 'ERR_BEARER_INSUFFICIENT_SCOPE'
  | 'ERR_BEARER_INSUFFICIENT_USER_AUTHENTICATION';

/** The `code` of a {@link ChallengeError} about a DPoP proof: stable across releases. */
export type DpopErrorCode = 'ERR_DPOP_INVALID_PROOF' | 'ERR_DPOP_USE_NONCE';

/** The protection space that a challenge names. RFC 9110 §11.5, RFC 9728 §5.1. */
export interface ProtectionSpace {
  /** The realm, any string. */
  readonly realm: string;
  /** The URL of the resource's metadata document, if one is served. */
  readonly resourceMetadata?: string | undefined;
  /**
   * The schemes that the resource accepts, each of which gets a challenge.
   *
   * @defaultValue `['Bearer']`
   */
  readonly schemes?: readonly AuthScheme[] | undefined;
  /** The algorithms of proofs that the resource accepts. RFC 9449 §7.1. */
  readonly dpopAlgorithms?: readonly string[] | undefined;
  /** The nonce that the next proof must contain, if the resource demands nonces. RFC 9449 §9. */
  readonly dpopNonce?: string | undefined;
}

/** The response headers of a {@link ChallengeError}. */
export interface ChallengeHeaders {
  /** The challenge, or one field line for each of several challenges. RFC 9110 §11.6.1. */
  readonly 'WWW-Authenticate': string | string[];
  /** The nonce that the next proof must contain. RFC 9449 §8, §9. */
  readonly 'DPoP-Nonce'?: string;
}

/**
 * A refusal that the caller can act on: a status, and a challenge for each scheme that is accepted.
 *
 * Has the members that Express and http-errors use (`status`, `statusCode`, `expose`, `headers`).
 * Messages are fixed sentences that never contain a token, a key or the value of a claim.
 */
export abstract class ChallengeError extends Error {
  /** Identifies the class of the error; stable across releases. */
  abstract readonly code: BearerErrorCode | DpopErrorCode;
  /** Why the request was refused. */
  abstract readonly reason: RefusalReason;
  /** The HTTP status: 400, 401 or 403. */
  abstract readonly status: 400 | 401 | 403;
  /** Always `true`: the message may be shown to the caller. */
  readonly expose = true;
  #space: ProtectionSpace | undefined;
  #requiredScope: string | undefined;
  #usedScheme: AuthScheme | undefined;
  readonly #challenge: ErrorChallenge;

  protected constructor(message: string, challenge: ErrorChallenge, options?: ErrorOptions) {
    super(message, options);
    this.#challenge = challenge;
  }

  /** The same as {@link ChallengeError.status}, as Express and http-errors name it. */
  get statusCode(): 400 | 401 | 403 {
    return this.status;
  }

  /** The auth-params of the challenge, including those of the protection space and the resource. */
  get challenge(): ErrorChallenge {
    const required = this.status === 401 ? this.#requiredScope : undefined;
    return {
      realm: this.#space?.realm,
      ...this.#challenge,
      scope: this.#challenge.scope ?? required,
      resource_metadata: this.#space?.resourceMetadata,
    };
  }

  /**
   * The response headers of the refusal.
   *
   * The error is in the challenge of the scheme that the request used; without a known scheme, in all
   * of them. A request that used `DPoP` gets no challenge for `Bearer`: a caller that failed the
   * stronger scheme must not be offered the weaker one, and clients look for a single challenge.
   *
   * @see RFC 9449 §7.1, §7.2, §9
   */
  get headers(): ChallengeHeaders {
    const accepted = this.#space?.schemes ?? [this.#usedScheme ?? 'Bearer'];
    const used = accepted.find((scheme) => scheme === this.#usedScheme);
    const schemes = used === 'DPoP' ? (['DPoP'] as const) : accepted;
    const lines = schemes.map((scheme) =>
      this.#format(scheme, { withError: used === undefined || used === scheme }),
    );
    const nonce = this.status === 401 && schemes.includes('DPoP') ? this.nonce : undefined;
    return {
      'WWW-Authenticate': lines.length === 1 ? lines.join() : lines,
      ...(nonce === undefined ? undefined : { 'DPoP-Nonce': nonce }),
    };
  }

  /** The nonce that the next proof must contain; `undefined` if none is demanded. RFC 9449 §9. */
  get nonce(): string | undefined {
    return this.#space?.dpopNonce;
  }

  /**
   * Adds the protection space to the challenge. Called by the code that sends the response, because
   * only that code knows the resource.
   *
   * @returns The same error.
   */
  inProtectionSpace(space: ProtectionSpace): this {
    this.#space = space;
    return this;
  }

  /**
   * Adds the scope that the requested resource requires. Only a 401 names it, and only if the error
   * names no scope itself: the caller should request a token with this scope. Called by the code that
   * sends the response, because only that code knows the resource.
   *
   * @param scope - Space-delimited scope-tokens; `undefined` if the resource requires no scope.
   * @returns The same error.
   * @see RFC 6750 §3
   * @example
   * new MissingCredentialsError({ realm: 'sales' }).requiringScope('read:analytics').headers
   * // { 'WWW-Authenticate': 'Bearer realm="sales", scope="read:analytics"' }
   */
  requiringScope(scope: string | undefined): this {
    this.#requiredScope = scope;
    return this;
  }

  /**
   * Sets the scheme that the request used, whose challenge gets the error. Called by the code that has
   * read the request.
   *
   * @param scheme - `undefined` if the request used none, or more than one.
   * @returns The same error.
   * @see RFC 9449 §7.2
   */
  usingScheme(scheme: AuthScheme | undefined): this {
    this.#usedScheme = scheme;
    return this;
  }

  #format(scheme: AuthScheme, { withError }: { readonly withError: boolean }): string {
    const { realm, error, error_description, scope, resource_metadata } = this.challenge;
    const { acr_values, max_age } = this.challenge;
    const failed = withError ? { error, error_description, scope, acr_values, max_age } : undefined;
    // RFC 9449 §7.1: a space-delimited list.
    const algs = scheme === 'DPoP' ? this.#space?.dpopAlgorithms?.join(' ') : undefined;
    return formatChallenge(scheme, { realm, ...failed, algs, resource_metadata });
  }
}
