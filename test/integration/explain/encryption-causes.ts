/**
 * The causes of findings about encrypted tokens.
 *
 * @module
 */
import type { FindingCause } from '@scopegate/access-token';

/** The names of the mistakes in how a token is encrypted. */
export type EncryptionCause = Extract<
  FindingCause,
  | 'encryption_not_accepted'
  | 'nested_token_not_marked'
  | 'encrypted_to_unknown_key'
  | 'encrypted_but_not_signed'
  | 'token_not_encrypted'
>;
