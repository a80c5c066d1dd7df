/**
 * The errors that refuse a token, as one type.
 *
 * @module
 */
import type {
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidProofError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
  UseNonceError,
} from '@scopegate/protocol';
import type { IntrospectionUnavailableError } from './introspection/introspection-unavailable-error.js';
import type { DecryptionUnavailableError } from './jwe/decryption-unavailable-error.js';
import type { KeySetUnavailableError } from './keys/key-set-errors.js';
import type { ReplayStoreUnavailableError } from './replay/replay-store-unavailable-error.js';
import type { RevocationUnavailableError } from './revocation/revocation-unavailable-error.js';

/**
 * Every error that refuses a request. A `switch` over its `code` narrows the type.
 *
 * @example
 * function describe(error: ScopegateError): string {
 *   switch (error.code) {
 *     case 'ERR_BEARER_MISSING_CREDENTIALS':
 *       return 'no token';
 *     case 'ERR_BEARER_INVALID_REQUEST':
 *       return `malformed request: ${error.reason}`;
 *     case 'ERR_BEARER_INVALID_TOKEN':
 *       return error.claim === undefined ? error.reason : `${error.claim} is ${error.problem}`;
 *     case 'ERR_BEARER_INSUFFICIENT_SCOPE':
 *       return `needs ${error.required ?? error.reason}`;
 *     case 'ERR_BEARER_INSUFFICIENT_USER_AUTHENTICATION':
 *       return `needs ${error.required.acrValues?.join(' or ') ?? 'a recent authentication'}`;
 *     case 'ERR_DPOP_INVALID_PROOF':
 *     case 'ERR_DPOP_USE_NONCE':
 *       return `unusable proof: ${error.reason}`;
 *     case 'ERR_KEY_SET_UNAVAILABLE':
 *     case 'ERR_REPLAY_STORE_UNAVAILABLE':
 *     case 'ERR_INTROSPECTION_UNAVAILABLE':
 *     case 'ERR_DECRYPTION_UNAVAILABLE':
 *     case 'ERR_REVOCATION_UNAVAILABLE':
 *       return `try again in ${error.retryAfterSeconds} s`;
 *   }
 * }
 */
export type ScopegateError =
  | MissingCredentialsError
  | InvalidRequestError
  | InvalidTokenError
  | InsufficientScopeError
  | InsufficientUserAuthenticationError
  | InvalidProofError
  | UseNonceError
  | KeySetUnavailableError
  | ReplayStoreUnavailableError
  | IntrospectionUnavailableError
  | DecryptionUnavailableError
  | RevocationUnavailableError;
