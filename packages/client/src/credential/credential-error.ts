/**
 * The error for credentials that cannot be read.
 *
 * @module
 */
import { findSystemCode } from '@scopegate/protocol/internal';
import { TokenClientError, TokenRequestError } from '../errors.js';

/** Creates the error for a credential that cannot be read, or returns an error of this package. */
export function toCredentialError(error: unknown): TokenClientError {
  if (error instanceof TokenClientError) return error;
  // Not kept as the cause: what a secret manager or a key parser throws may quote the secret.
  return new TokenRequestError('credential', { detail: findSystemCode(error) });
}
