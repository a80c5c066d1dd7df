/**
 * The causes of findings about introspection, revocation and step-up, which have their own test.
 *
 * @module
 */
import type { FindingCause } from '@scopegate/access-token';

/** A mistake in how the state of a token, or the authentication of its user, is known. */
export type StateCause = Extract<
  FindingCause,
  | 'unexpected_token_prefix'
  | 'jwt_sent_to_opaque_issuer'
  | 'introspection_credentials_refused'
  | 'introspection_credentials_unreadable'
  | 'introspection_endpoint_not_found'
  | 'introspection_response_unusable'
  | 'issuer_says_inactive_to_all'
  | 'answer_for_other_kind'
  | 'answer_without_audience'
  | 'revocations_not_current'
  | 'client_cannot_step_up'
  | 'authentication_claims_missing'
  | 'auth_time_in_milliseconds'
  | 'old_authentication'
>;
