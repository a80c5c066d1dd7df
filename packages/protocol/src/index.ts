/**
 * The wire format of an OAuth 2.0 resource server.
 *
 * @module
 */
export { type BearerToken, isBearerToken, parseAuthorization } from './authorization.js';
export {
  type BearerChallenge,
  type BearerErrorName,
  formatBearerChallenge,
  formatChallenge,
} from './challenge.js';
export { type Challenge, parseChallenges } from './challenge-parser.js';
export {
  type BearerErrorCode,
  ChallengeError,
  type ChallengeHeaders,
  type ClaimProblem,
  type InsufficientScopeReason,
  InsufficientScopeError,
  InvalidRequestError,
  type InvalidRequestReason,
  InvalidTokenError,
  type InvalidTokenOptions,
  type InvalidTokenReason,
  MissingCredentialsError,
  type ProtectionSpace,
  type RefusalReason,
} from './errors.js';
export { createScopeSet, formatScope, isScopeToken, parseScope, type ScopeToken } from './scope.js';
