/**
 * Verifies OAuth 2.0 JWT access tokens.
 *
 * @module
 */
export type { AudienceClaim } from './claims/audience.js';
export type { TypPolicy } from './claims/token-kind.js';
export type { AccessTokenClaims, Principal, VerifiedAccessToken } from './claims/verified-token.js';
export {
  KeySetError,
  type KeySetErrorCode,
  KeySetMalformedError,
  type KeySetMalformedReason,
  KeySetUnavailableError,
  type KeySetUnavailableOptions,
} from './keys/key-set-errors.js';
export { KEY_SET_CHANNEL, type KeySetEvent } from './keys/key-set-events.js';
export type { ExplainOptions } from './explain/explain.js';
export type { ExplainedKey, ExplainedKeySet, TokenExplanation } from './explain/explanation.js';
export type { CheckReason } from './inspection/check.js';
export type { Fix, Side } from './inspection/fix.js';
export type { CheckName, CheckOutcome, ExplainedCheck } from './inspection/run-checks.js';
export type { Finding, FindingCause } from './mistakes/find-mistakes.js';
export { FOREIGN_OPTIONS } from './options/foreign-options.js';
export type { KeySkippedReason } from './jws/jwk-import.js';
export type { KeySetHealth, KeySetState } from './keys/key-set.js';
export type {
  AccessTokenVerifierOptions,
  CommonOptions,
  IssuerEntry,
  IssuerOptions,
  KeySetOptions,
  KeySource,
  SeveralIssuersOptions,
  TokenCacheOptions,
  TokenPolicy,
} from './options/options.js';
export { VERIFIER_OPTION_NAMES } from './options/resolve-options.js';
export type { Algorithm, PublicKeyAlgorithm, SecretAlgorithm } from './jws/signature.js';
export {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type VerifierHealth,
} from './verifier.js';
export type { WhileAcceptableOptions } from './verification/while-acceptable.js';
