/**
 * Refusals that are the caller's to mend: each carries its status and challenge.
 *
 * @module
 */
import { type BearerChallenge, formatBearerChallenge } from './challenge.js';

/** Stable codes of {@link ChallengeError}s. */
export type BearerErrorCode =
  | 'ERR_BEARER_MISSING_CREDENTIALS'
  | 'ERR_BEARER_INVALID_REQUEST'
  | 'ERR_BEARER_INVALID_TOKEN'
  | 'ERR_BEARER_INSUFFICIENT_SCOPE';

const REQUEST_DESCRIPTIONS = {
  malformed_authorization: 'the Authorization header must be Bearer, a space and one token',
  repeated_authorization: 'the request must carry one Authorization header',
  several_locations: 'the request must carry the access token in one place',
  malformed_parameter: 'the access_token parameter must occur once, as one token',
} as const;

const TOKEN_DESCRIPTIONS = {
  malformed: 'the access token is malformed',
  typ: 'the token is not an access token of a supported type',
  alg: 'the access token is signed with an algorithm that is not accepted',
  issuer: 'the access token was issued by another authorization server',
  key: 'the access token is signed with an unknown key',
  signature: 'the signature of the access token is not valid',
  audience: 'the access token is meant for another resource',
  expired: 'the access token has expired',
  not_yet_valid: 'the access token is not valid yet',
  lifetime: 'the access token lives longer than this resource allows',
  claim: 'a claim of the access token is missing or malformed',
  sender_constraint: 'the access token is bound to a key whose possession was not proven',
  excess_scope: 'the access token carries more scope than this resource allows',
} as const;

const SCOPE_DESCRIPTIONS = {
  scope: 'the access token lacks scope for this resource',
  principal: 'this resource is not for this kind of caller',
  check: 'the access token does not meet a condition of this resource',
} as const;

/** Why a request was refused as malformed. A closed union. */
export type InvalidRequestReason = keyof typeof REQUEST_DESCRIPTIONS;
/** Why an access token was refused. A closed union. */
export type InvalidTokenReason = keyof typeof TOKEN_DESCRIPTIONS;
/** Why a valid access token was not enough. A closed union. */
export type InsufficientScopeReason = keyof typeof SCOPE_DESCRIPTIONS;
/** Why a request was refused. A closed union. */
export type RefusalReason =
  'missing_credentials' | InvalidRequestReason | InvalidTokenReason | InsufficientScopeReason;

/** What a challenge says of the place that was asked for. RFC 9110 §11.5, RFC 9728 §5.1. */
export interface ProtectionSpace {
  /** The realm, any text. */
  readonly realm: string;
  /** The URL of the metadata document, when one is served. */
  readonly resourceMetadata?: string | undefined;
}

/**
 * A refusal that the caller can act on: a status and one `Bearer` challenge.
 *
 * Has the shape that Express and http-errors know (`status`, `statusCode`, `expose`, `headers`).
 * Messages are fixed sentences: no token, key or claim value is ever in one.
 */
export abstract class ChallengeError extends Error {
  abstract readonly code: BearerErrorCode;
  abstract readonly reason: RefusalReason;
  /** 400, 401 or 403. */
  abstract readonly status: 400 | 401 | 403;
  /** The message may be shown to the caller. */
  readonly expose = true;
  #space: ProtectionSpace | undefined;
  readonly #challenge: BearerChallenge;

  protected constructor(message: string, challenge: BearerChallenge, options?: ErrorOptions) {
    super(message, options);
    this.#challenge = challenge;
  }

  get statusCode(): 400 | 401 | 403 {
    return this.status;
  }

  /** The auth-params of the challenge, those of the protection space included. */
  get challenge(): BearerChallenge {
    return {
      realm: this.#space?.realm,
      ...this.#challenge,
      resource_metadata: this.#space?.resourceMetadata,
    };
  }

  /** The response headers of the refusal. */
  get headers(): { readonly 'WWW-Authenticate': string } {
    return { 'WWW-Authenticate': formatBearerChallenge(this.challenge) };
  }

  /** Names the protection space in the challenge; whoever answers the refusal knows it. */
  inProtectionSpace(space: ProtectionSpace): this {
    this.#space = space;
    return this;
  }
}

/**
 * The request carried no credentials that this scheme knows: 401, a challenge without `error`.
 *
 * @see RFC 6750 §3.1: no error code when no authentication information was sent
 */
export class MissingCredentialsError extends ChallengeError {
  override readonly name = 'MissingCredentialsError';
  readonly code = 'ERR_BEARER_MISSING_CREDENTIALS';
  readonly reason = 'missing_credentials';
  readonly status = 401;

  constructor(space: ProtectionSpace) {
    super('the request carries no access token', {});
    this.inProtectionSpace(space);
  }
}

/**
 * The request is malformed, repeats a parameter or uses several methods: 400 `invalid_request`.
 *
 * @see RFC 6750 §3.1
 */
export class InvalidRequestError extends ChallengeError {
  override readonly name = 'InvalidRequestError';
  readonly code = 'ERR_BEARER_INVALID_REQUEST';
  readonly status = 400;
  readonly reason: InvalidRequestReason;

  constructor(reason: InvalidRequestReason) {
    const description = REQUEST_DESCRIPTIONS[reason];
    super(description, { error: 'invalid_request', error_description: description });
    this.reason = reason;
  }
}

/** What an {@link InvalidTokenError} may carry beside its reason. */
export interface InvalidTokenOptions extends ErrorOptions {
  /** Space-delimited scope-tokens that would be enough, for `excess_scope`. */
  readonly scope?: string | undefined;
}

/**
 * The access token is expired, malformed, meant for another or otherwise invalid: 401
 * `invalid_token`.
 *
 * @see RFC 6750 §3.1; RFC 9068 §4
 */
export class InvalidTokenError extends ChallengeError {
  override readonly name = 'InvalidTokenError';
  readonly code = 'ERR_BEARER_INVALID_TOKEN';
  readonly status = 401;
  readonly reason: InvalidTokenReason;

  constructor(reason: InvalidTokenReason, options: InvalidTokenOptions = {}) {
    const description = TOKEN_DESCRIPTIONS[reason];
    const { scope, ...errorOptions } = options;
    super(
      description,
      { error: 'invalid_token', error_description: description, scope },
      errorOptions,
    );
    this.reason = reason;
  }
}

/**
 * The access token is valid and does not allow this: 403 `insufficient_scope`.
 *
 * @see RFC 6750 §3.1
 */
export class InsufficientScopeError extends ChallengeError {
  override readonly name = 'InsufficientScopeError';
  readonly code = 'ERR_BEARER_INSUFFICIENT_SCOPE';
  readonly status = 403;
  readonly reason: InsufficientScopeReason;
  /** Space-delimited scope-tokens that would be enough; absent for `principal` and `check`. */
  readonly required: string | undefined;

  constructor(reason: InsufficientScopeReason, required?: string) {
    const description = SCOPE_DESCRIPTIONS[reason];
    super(description, {
      error: 'insufficient_scope',
      error_description: description,
      scope: required,
    });
    this.reason = reason;
    this.required = required;
  }
}
