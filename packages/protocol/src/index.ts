/**
 * The wire format of an OAuth 2.0 resource server.
 *
 * @module
 */
export {
  InsufficientUserAuthenticationError,
  type RequiredAuthentication,
} from './authentication-error.js';
export { type BearerToken, isBearerToken, parseAuthorization } from './authorization.js';
export {
  type AuthScheme,
  type BearerChallenge,
  type BearerErrorName,
  type DpopErrorName,
  type ErrorChallenge,
  formatBearerChallenge,
  formatChallenge,
} from './challenge.js';
export { type Challenge, parseChallenges } from './challenge-parser.js';
export {
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  type InvalidTokenOptions,
  type ClaimProblem,
  MissingCredentialsError,
} from './bearer-errors.js';
export {
  type BearerErrorCode,
  ChallengeError,
  type ChallengeHeaders,
  type DpopErrorCode,
  type ProtectionSpace,
} from './challenge-error.js';
export { InvalidProofError, type InvalidProofOptions, UseNonceError } from './dpop-errors.js';
export type {
  InsufficientScopeReason,
  InsufficientUserAuthenticationReason,
  InvalidProofReason,
  InvalidRequestReason,
  InvalidTokenReason,
  MissingCertificateReason,
  MissingCredentialsReason,
  RefusalReason,
} from './refusal-reasons.js';
export type { RequestAuthenticator } from './request-authenticator.js';
export type { RevocationSubject } from './revocation/revocation-subject.js';
export type {
  ClientWithdrawal,
  RevocationKind,
  SessionWithdrawal,
  SubjectWithdrawal,
  TokenWithdrawal,
  Withdrawal,
} from './revocation/withdrawal.js';
export { createScopeSet, formatScope, isScopeToken, parseScope, type ScopeToken } from './scope.js';
export { type RetryAfterHeaders, UnavailableError } from './unavailable-error.js';
