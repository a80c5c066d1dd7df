/**
 * The refusal of a token whose user was not authenticated as a resource requires.
 *
 * @module
 */
import { ChallengeError } from './challenge-error.js';
import {
  AUTHENTICATION_DESCRIPTIONS,
  type InsufficientUserAuthenticationReason,
} from './refusal-reasons.js';

/** How a user must be authenticated; at least one member. RFC 9470 §3. */
export interface RequiredAuthentication {
  /** Authentication context classes in order of preference, any of which is sufficient. */
  readonly acrValues?: readonly string[] | undefined;
  /** The longest time since the user was authenticated, in seconds; an integer of at least 0. */
  readonly maxAgeSeconds?: number | undefined;
}

/**
 * The access token is valid, but the authentication of its user is not sufficient: 401
 * `insufficient_user_authentication`. The client should let the user authenticate again.
 *
 * @see RFC 9470 §3
 * @example
 * throw new InsufficientUserAuthenticationError('acr', { acrValues: ['phr', 'phrh'] });
 */
export class InsufficientUserAuthenticationError extends ChallengeError {
  /** The name of the class. */
  override readonly name = 'InsufficientUserAuthenticationError';
  /** Identifies this class. */
  readonly code = 'ERR_BEARER_INSUFFICIENT_USER_AUTHENTICATION';
  /** Unauthorized. */
  readonly status = 401;
  /** The claim that does not meet the requirement. */
  readonly reason: InsufficientUserAuthenticationReason;
  /** How the user must be authenticated. */
  readonly required: RequiredAuthentication;

  /**
   * @param options - `scope`: space-delimited scope-tokens that the client should request, too; by default
   *   those that the resource requires.
   */
  constructor(
    reason: InsufficientUserAuthenticationReason,
    required: RequiredAuthentication,
    { scope }: { readonly scope?: string | undefined } = {},
  ) {
    const description = AUTHENTICATION_DESCRIPTIONS[reason];
    const { acrValues, maxAgeSeconds } = required;
    super(description, {
      error: 'insufficient_user_authentication',
      error_description: description,
      scope,
      acr_values: acrValues?.join(' '),
      max_age: maxAgeSeconds?.toString(),
    });
    this.reason = reason;
    this.required = required;
  }
}
