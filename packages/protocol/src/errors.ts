/**
 * Refusals that the caller can act on, each with its status and challenge.
 *
 * @module
 */
import { type BearerChallenge, formatBearerChallenge } from './challenge.js';

/** The `code` of a {@link ChallengeError}: stable across releases. */
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
  lifetime: 'the lifetime of the access token is longer than this resource allows',
  claim: 'a claim of the access token is missing or malformed',
  sender_constraint: 'the access token is bound to a key whose possession was not proven',
  excess_scope: 'the access token carries more scope than this resource allows',
} as const;

const SCOPE_DESCRIPTIONS = {
  scope: 'the access token lacks scope for this resource',
  principal: 'this resource does not accept tokens of this kind of caller',
  check: 'the access token does not meet a condition of this resource',
} as const;

/** Why a request is malformed: the `reason` of an {@link InvalidRequestError}. A closed union. */
export type InvalidRequestReason = keyof typeof REQUEST_DESCRIPTIONS;
/** Why an access token was refused: the `reason` of an {@link InvalidTokenError}. A closed union. */
export type InvalidTokenReason = keyof typeof TOKEN_DESCRIPTIONS;
/**
 * Why a valid access token is not sufficient: the `reason` of an {@link InsufficientScopeError}. A
 * closed union.
 */
export type InsufficientScopeReason = keyof typeof SCOPE_DESCRIPTIONS;
/** Why a request was refused: the `reason` of a {@link ChallengeError}. A closed union. */
export type RefusalReason =
  'missing_credentials' | InvalidRequestReason | InvalidTokenReason | InsufficientScopeReason;

/** The protection space that a challenge names. RFC 9110 §11.5, RFC 9728 §5.1. */
export interface ProtectionSpace {
  /** The realm, any string. */
  readonly realm: string;
  /** The URL of the resource's metadata document, if one is served. */
  readonly resourceMetadata?: string | undefined;
}

/** The response headers of a {@link ChallengeError}. */
export interface ChallengeHeaders {
  /** The challenge, in one field value. RFC 9110 §11.6.1. */
  readonly 'WWW-Authenticate': string;
}

/**
 * A refusal that the caller can act on: a status and one `Bearer` challenge.
 *
 * Has the members that Express and http-errors use (`status`, `statusCode`, `expose`, `headers`).
 * Messages are fixed sentences that never contain a token, a key or the value of a claim.
 */
export abstract class ChallengeError extends Error {
  /** Identifies the class of the error; stable across releases. */
  abstract readonly code: BearerErrorCode;
  /** Why the request was refused. */
  abstract readonly reason: RefusalReason;
  /** The HTTP status: 400, 401 or 403. */
  abstract readonly status: 400 | 401 | 403;
  /** Always `true`: the message may be shown to the caller. */
  readonly expose = true;
  #space: ProtectionSpace | undefined;
  #requiredScope: string | undefined;
  readonly #challenge: BearerChallenge;

  protected constructor(message: string, challenge: BearerChallenge, options?: ErrorOptions) {
    super(message, options);
    this.#challenge = challenge;
  }

  /** The same as {@link ChallengeError.status}, as Express and http-errors name it. */
  get statusCode(): 400 | 401 | 403 {
    return this.status;
  }

  /** The auth-params of the challenge, including those of the protection space and the resource. */
  get challenge(): BearerChallenge {
    const required = this.status === 401 ? this.#requiredScope : undefined;
    return {
      realm: this.#space?.realm,
      ...this.#challenge,
      scope: this.#challenge.scope ?? required,
      resource_metadata: this.#space?.resourceMetadata,
    };
  }

  /** The response headers of the refusal. */
  get headers(): ChallengeHeaders {
    return { 'WWW-Authenticate': formatBearerChallenge(this.challenge) };
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
}

/**
 * The request has no `Bearer` credentials: 401, with a challenge without `error`.
 *
 * @see RFC 6750 §3.1: no error code when no authentication information was sent
 * @example
 * const token = parseAuthorization(headers.authorization);
 * if (token === undefined) throw new MissingCredentialsError({ realm: 'sales' });
 */
export class MissingCredentialsError extends ChallengeError {
  /** The name of the class. */
  override readonly name = 'MissingCredentialsError';
  /** Identifies this class. */
  readonly code = 'ERR_BEARER_MISSING_CREDENTIALS';
  /** The only reason. */
  readonly reason = 'missing_credentials';
  /** Unauthorized. */
  readonly status = 401;

  /** @param space - Required, because a challenge has at least one auth-param. */
  constructor(space: ProtectionSpace) {
    super('the request carries no access token', {});
    this.inProtectionSpace(space);
  }
}

/**
 * The request is malformed, repeats a parameter or sends the token in several ways: 400
 * `invalid_request`.
 *
 * @see RFC 6750 §3.1
 * @example
 * throw new InvalidRequestError('malformed_authorization');
 */
export class InvalidRequestError extends ChallengeError {
  /** The name of the class. */
  override readonly name = 'InvalidRequestError';
  /** Identifies this class. */
  readonly code = 'ERR_BEARER_INVALID_REQUEST';
  /** Bad Request. */
  readonly status = 400;
  /** What is malformed. */
  readonly reason: InvalidRequestReason;

  constructor(reason: InvalidRequestReason) {
    const description = REQUEST_DESCRIPTIONS[reason];
    super(description, { error: 'invalid_request', error_description: description });
    this.reason = reason;
  }
}

/** What is wrong with a claim. */
export type ClaimProblem = 'missing' | 'malformed';

/** Options of an {@link InvalidTokenError}. */
export interface InvalidTokenOptions extends ErrorOptions {
  /** Space-delimited scope-tokens that would be sufficient, with the reason `excess_scope`. */
  readonly scope?: string | undefined;
  /**
   * The name of the claim that failed, with the reason `claim`. It must come from your own code or
   * configuration, never from the token.
   */
  readonly claim?: string | undefined;
  /** What is wrong with that claim. */
  readonly problem?: ClaimProblem | undefined;
}

/**
 * The access token is expired, malformed, intended for another resource or otherwise invalid: 401
 * `invalid_token`.
 *
 * The caller learns only the reason. {@link InvalidTokenError.claim} and
 * {@link InvalidTokenError.problem} are for logs of the resource server; they contain no values
 * from the token.
 *
 * @see RFC 6750 §3.1; RFC 9068 §4
 * @example
 * throw new InvalidTokenError('claim', { claim: 'tenant', problem: 'missing' });
 */
export class InvalidTokenError extends ChallengeError {
  /** The name of the class. */
  override readonly name = 'InvalidTokenError';
  /** Identifies this class. */
  readonly code = 'ERR_BEARER_INVALID_TOKEN';
  /** Unauthorized. */
  readonly status = 401;
  /** The first check that failed. */
  readonly reason: InvalidTokenReason;
  /**
   * The name of the claim that failed if the reason is `claim`; `undefined` if the application's own
   * schema refused the claims.
   */
  readonly claim: string | undefined;
  /** What is wrong with that claim. */
  readonly problem: ClaimProblem | undefined;

  constructor(reason: InvalidTokenReason, options: InvalidTokenOptions = {}) {
    const description = TOKEN_DESCRIPTIONS[reason];
    const { scope, claim, problem } = options;
    super(description, { error: 'invalid_token', error_description: description, scope }, options);
    this.reason = reason;
    this.claim = claim;
    this.problem = problem;
  }
}

/**
 * The access token is valid but does not permit the request: 403 `insufficient_scope`.
 *
 * @see RFC 6750 §3.1
 * @example
 * throw new InsufficientScopeError('scope', 'read:analytics');
 */
export class InsufficientScopeError extends ChallengeError {
  /** The name of the class. */
  override readonly name = 'InsufficientScopeError';
  /** Identifies this class. */
  readonly code = 'ERR_BEARER_INSUFFICIENT_SCOPE';
  /** Forbidden. */
  readonly status = 403;
  /** What the token lacks. */
  readonly reason: InsufficientScopeReason;
  /** Space-delimited scope-tokens that would be sufficient; `undefined` for `principal` and `check`. */
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
