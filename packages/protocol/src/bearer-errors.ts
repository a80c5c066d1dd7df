/**
 * Refusals of bearer requests, each with its status and challenge.
 *
 * @module
 */
import { ChallengeError, type ProtectionSpace } from './challenge-error.js';
import {
  type InsufficientScopeReason,
  type InvalidRequestReason,
  type InvalidTokenReason,
  type MissingCertificateReason,
  type MissingCredentialsReason,
  REQUEST_DESCRIPTIONS,
  SCOPE_DESCRIPTIONS,
  TOKEN_DESCRIPTIONS,
} from './refusal-reasons.js';

/**
 * The request has no credentials of a scheme that the resource accepts: 401, with challenges without
 * `error`.
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
  /** `unsupported_scheme`: there is a token, under a scheme that this resource does not accept. */
  readonly reason: MissingCredentialsReason;
  /** Unauthorized. */
  readonly status = 401;

  /** @param space - Required, because a challenge has at least one auth-param. */
  constructor(space: ProtectionSpace, reason: MissingCredentialsReason = 'missing_credentials') {
    super('the request carries no access token', {});
    this.reason = reason;
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
  /**
   * Space-delimited scope-tokens that would be sufficient, with the reason `excess_scope`.
   *
   * @defaultValue the challenge has no `scope`
   */
  readonly scope?: string | undefined;
  /**
   * The name of the claim that failed, with the reason `claim`. It must come from your own code or
   * configuration, never from the token.
   *
   * @defaultValue `undefined`
   */
  readonly claim?: string | undefined;
  /**
   * What is wrong with that claim.
   *
   * @defaultValue `undefined`
   */
  readonly problem?: ClaimProblem | undefined;
  /**
   * Why the certificate is missing, with the reason `sender_constraint`.
   *
   * @defaultValue `undefined`
   */
  readonly certificate?: MissingCertificateReason | undefined;
}

/**
 * The access token is expired, malformed, intended for another resource or otherwise invalid: 401
 * `invalid_token`.
 *
 * The caller learns only the reason. {@link InvalidTokenError.claim}, {@link InvalidTokenError.problem} and
 * {@link InvalidTokenError.certificate} are for logs of the resource server; they contain no values
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
  /**
   * Why the request has no certificate, if the reason is `sender_constraint` and the token is bound to
   * one; `undefined` otherwise. RFC 8705 §3.
   */
  readonly certificate: MissingCertificateReason | undefined;

  constructor(reason: InvalidTokenReason, options: InvalidTokenOptions = {}) {
    const description = TOKEN_DESCRIPTIONS[reason];
    const { scope, claim, problem, certificate } = options;
    super(description, { error: 'invalid_token', error_description: description, scope }, options);
    this.reason = reason;
    this.claim = claim;
    this.problem = problem;
    this.certificate = certificate;
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
