/**
 * Verifies OAuth 2.0 JWT access tokens.
 *
 * @module
 */
export type { AccessTokenClaims, Principal, VerifiedAccessToken } from './claims.js';
export {
  KeySetError,
  type KeySetErrorCode,
  KeySetMalformedError,
  type KeySetMalformedReason,
  KeySetUnavailableError,
  type KeySetUnavailableOptions,
} from './errors.js';
export { KEY_SET_CHANNEL, type KeySetEvent } from './events.js';
export type { ExplainOptions } from './explain.js';
export type {
  CheckName,
  CheckOutcome,
  CheckReason,
  ExplainedCheck,
  ExplainedKey,
  ExplainedKeySet,
  Finding,
  FindingCause,
  Remedy,
  Side,
  TokenExplanation,
} from './explanation.js';
export { FOREIGN_OPTIONS } from './foreign-options.js';
export type { KeySkippedReason } from './key-import.js';
export type { KeySetHealth, KeySetState } from './key-set.js';
export type {
  AccessTokenVerifierOptions,
  AudienceClaim,
  CommonOptions,
  IssuerEntry,
  IssuerOptions,
  KeySetOptions,
  KeySource,
  SeveralIssuersOptions,
  TokenCacheOptions,
  TokenPolicy,
  TypPolicy,
} from './options.js';
export { VERIFIER_OPTION_NAMES } from './resolve-options.js';
export type { Algorithm, PublicKeyAlgorithm, SecretAlgorithm } from './signature.js';
export {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type VerifierHealth,
} from './verifier.js';
export type { WhileAcceptableOptions } from './while-acceptable.js';
