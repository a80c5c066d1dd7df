/**
 * The wire of an OAuth 2.0 resource server.
 *
 * @module
 */
export {
  type BearerToken,
  findBearerCredentials,
  isBearerToken,
  parseAuthorization,
} from './authorization.js';
export {
  type BearerChallenge,
  type BearerErrorName,
  formatBearerChallenge,
  formatChallenge,
} from './challenge.js';
export {
  type BearerErrorCode,
  ChallengeError,
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
export { type ExchangeOptions, exchangeJson, type JsonExchange } from './internal/exchange.js';
export {
  ExchangeError,
  type ExchangeErrorOptions,
  type ExchangeReason,
  formatUrl,
} from './internal/exchange-error.js';
export { errorFrom, HOOK_DEADLINE_MS, isError, isThenable, settleInTime } from './internal/hook.js';
export {
  isConfidentialUrl,
  isInternalUrl,
  isLoopbackUrl,
  isReferenceAllowed,
} from './internal/https-url.js';
export {
  assertKnownOptions,
  didYouMean,
  givenType,
  invalidOption,
  isPlainObject,
  type NumberRange,
  optionalBoolean,
  optionalClock,
  optionalFunction,
  optionalNumber,
} from './internal/option-checks.js';
export { formatQuotedString } from './quoted-string.js';
export { createScopeSet, formatScope, isScopeToken, parseScope, type ScopeToken } from './scope.js';
export { onAbort, onClose } from './internal/shared-listener.js';
