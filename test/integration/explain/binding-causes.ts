/**
 * The causes of findings about bound tokens, which have their own test.
 *
 * @module
 */
import type { FindingCause } from '@scopegate/access-token';

/** A mistake in the binding of a token, or in its proof. */
export type BindingCause = Extract<
  FindingCause,
  | 'dpop_not_enabled'
  | 'mtls_not_enabled'
  | 'malformed_thumbprint'
  | 'token_bound_sent_as_bearer'
  | 'bearer_token_sent_as_dpop'
  | 'no_client_certificate'
  | 'private_key_in_proof'
  | 'missing_token_hash'
  | 'proof_for_other_url'
  | 'proof_hash_of_other_token'
  | 'client_clock_skew'
  | 'stale_proof'
>;
