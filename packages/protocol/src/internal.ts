/**
 * Exports for the other packages of Scopegate only. They are not public API and change without
 * notice.
 *
 * @module
 */
export { findBearerCredentials, findDpopCredentials, findScheme } from './authorization.js';
export { backoffMs, type Jitter, renewalPointMs } from './internal/backoff.js';
export { askBoolean, type BooleanHook } from './internal/boolean-hook.js';
export { formatBasicCredentials, formEncode } from './http/basic-credentials.js';
export { openBody, readBody } from './http/bounded-body.js';
export { pause, untilAborted, withDeadline } from './internal/deadline.js';
export { type EndedEpisode, Episodes } from './internal/episodes.js';
export { exchange, type Exchange, type ExchangeOptions } from './http/exchange.js';
export { exchangeJson } from './http/exchange-json.js';
export { ExchangeError, type ExchangeReason, formatUrl } from './http/exchange-error.js';
export { readAuthorization, readFieldLines, type RequestFields } from './internal/field-lines.js';
export { optionalFetch } from './internal/fetch-option.js';
export { formatCount } from './internal/format-count.js';
export { formatPrintable } from './internal/format-printable.js';
export { errorFrom, HOOK_DEADLINE_MS, isError, isThenable, settleInTime } from './internal/hook.js';
export {
  hasUserinfo,
  isConfidentialUrl,
  isInternalUrl,
  isReferenceAllowed,
  isTransportAllowed,
  isUsableEndpoint,
  parseUrl,
  TRANSPORT_RULE,
  type TransportRules,
} from './http/https-url.js';
export {
  assertNotMetadataUrl,
  findDecisiveError,
  listMetadataUrls,
  metadataUrl,
  parseIssuer,
  readMetadata,
} from './http/issuer-metadata.js';
export { Listeners } from './internal/listeners.js';
export {
  assertKnownOptions,
  didYouMean,
  givenType,
  invalidOption,
  isPlainObject,
  isStringArray,
  type KnownOptions,
  type NumberRange,
  optionalBoolean,
  optionalClock,
  optionalFunction,
  optionalNumber,
  optionalStrings,
} from './internal/option-checks.js';
export { readRetryAfterMs } from './http/retry-after.js';
export { type KeptWithdrawal, RevocationEntries } from './revocation/revocation-entries.js';
export {
  type CheckedWithdrawal,
  readWithdrawal,
  REVOCATION_KINDS,
} from './revocation/withdrawal.js';
export {
  MAX_TOLERANCE_SECONDS,
  withdrawalExpiryMs,
  type WithdrawalTimes,
} from './revocation/withdrawal-expiry.js';
export { settle } from './internal/settle.js';
export { onAbort, onClose } from './internal/shared-listener.js';
export { findSystemCode } from './internal/system-code.js';
export {
  createFaultReporter,
  FAULT_CHANNEL,
  type FaultEvent,
  subscribeSafely,
} from './internal/subscription.js';
