/**
 * Verifies OAuth 2.0 JWT access tokens.
 *
 * @module
 */
export {
  type AuthScheme,
  type BearerErrorCode,
  type BearerToken,
  ChallengeError,
  type ChallengeHeaders,
  type ClaimProblem,
  type DpopErrorCode,
  InsufficientScopeError,
  type InsufficientScopeReason,
  InsufficientUserAuthenticationError,
  type InsufficientUserAuthenticationReason,
  InvalidProofError,
  type InvalidProofOptions,
  type InvalidProofReason,
  InvalidRequestError,
  type InvalidRequestReason,
  InvalidTokenError,
  type InvalidTokenOptions,
  type InvalidTokenReason,
  type MissingCertificateReason,
  MissingCredentialsError,
  type MissingCredentialsReason,
  parseAuthorization,
  type ProtectionSpace,
  type RefusalReason,
  type RequestAuthenticator,
  type RequiredAuthentication,
  type RetryAfterHeaders,
  UnavailableError,
  UseNonceError,
} from '@scopegate/protocol';
export type {
  AccessTokenVerifier,
  TokenCacheHealth,
  VerifierHealth,
} from './access-token-verifier.js';
export type { AuthorizationDetail } from './claims/authorization-details.js';
export type { AudienceClaim } from './claims/audience.js';
export type { TypPolicy } from './claims/token-kind.js';
export type { AccessTokenClaims, Principal, VerifiedAccessToken } from './claims/verified-token.js';
export type {
  IntrospectionCredentials,
  IntrospectionOptions,
} from './introspection/introspection-options.js';
export type {
  IntrospectionCache,
  IntrospectionRecord,
} from './introspection/introspection-cache.js';
export {
  INTROSPECTION_CHANNEL,
  type IntrospectionEvent,
} from './introspection/introspection-events.js';
export {
  type IntrospectionFailure,
  IntrospectionUnavailableError,
  type IntrospectionUnavailableOptions,
} from './introspection/introspection-unavailable-error.js';
export type { IntrospectionHealth } from './introspection/introspector.js';
export { DecryptionUnavailableError } from './jwe/decryption-unavailable-error.js';
export type { DecryptionOptions } from './jwe/decryption-options.js';
export { REVOCATION_CHANNEL, type RevocationEvent } from './revocation/revocation-events.js';
export { createRevocationList } from './revocation/create-revocation-list.js';
export type {
  RevocationList,
  RevocationListHealth,
  RevocationListOptions,
} from './revocation/revocation-list.js';
export { RevocationListFullError } from './revocation/revocation-list-full-error.js';
export {
  type RevocationFailure,
  RevocationUnavailableError,
} from './revocation/revocation-unavailable-error.js';
export type { RevocationHook, RevocationSource } from './revocation/revocation-source.js';
export type { RevocationHealth } from './revocation/revocations.js';
export type {
  ClientWithdrawal,
  RevocationKind,
  RevocationSubject,
  SessionWithdrawal,
  SubjectWithdrawal,
  TokenWithdrawal,
  Withdrawal,
} from '@scopegate/protocol';
export {
  KeySetError,
  type KeySetErrorCode,
  KeySetMalformedError,
  type KeySetMalformedReason,
  KeySetUnavailableError,
  type KeySetUnavailableOptions,
  type RetryHeaders,
} from './keys/key-set-errors.js';
export {
  IssuerResolutionError,
  type IssuerResolutionReason,
} from './issuers/issuer-resolution-error.js';
export {
  KEY_SET_CHANNEL,
  type KeySetEvent,
  type RefreshTrigger,
  type UnknownKeyResult,
} from './keys/key-set-events.js';
export type { KeySetSnapshot, KeySetSnapshots } from './snapshots/key-set-snapshots.js';
export type { ExplainOptions } from './explain/explain-options.js';
export type {
  ExplainedDecryption,
  ExplainedDecryptionKey,
  ExplainedIntrospection,
  ExplainedKey,
  ExplainedKeySet,
  TokenExplanation,
} from './explain/explanation.js';
export type { CheckReason } from './inspection/check-reason.js';
export type { KeyTrialOutcome } from './inspection/decryption-record.js';
export type { Fix, Side } from './inspection/fix.js';
export type { CheckName, CheckOutcome, ExplainedCheck } from './checks/run-checks.js';
export type { Finding, FindingCause } from './mistakes/find-mistakes.js';
export type { KeySkippedReason } from './jws/jwk-import.js';
export type { KeySetHealth, KeySetState } from './keys/key-set.js';
export type {
  IssuerEntry,
  IssuerGroup,
  IntrospectedJwts,
  IntrospectedTokens,
  IssuerOptions,
  IssuerResolver,
  KeySource,
  SeveralIssuersOptions,
  TokenPolicy,
} from './options/issuer-options.js';
export type { Confirmation } from './claims/confirmation.js';
export type { PeerSocket } from './mtls/certificate-source.js';
export { REPLAY_CHANNEL, type ReplayEvent } from './replay/replay-events.js';
export type { ReplayStore } from './replay/replay-store.js';
export {
  type ReplayFailure,
  ReplayStoreUnavailableError,
} from './replay/replay-store-unavailable-error.js';
export type { CertificateFormat } from './mtls/certificate-format.js';
export type { CertificateHeader, MtlsOptions } from './mtls/mtls-options.js';
export type {
  DpopOptions,
  NonceOptions,
  ProcessReplayOptions,
  SharedReplayOptions,
} from './dpop/dpop-options.js';
export type { PossessionOptions, SenderConstraint } from './options/possession-options.js';
export type {
  AccessTokenVerifierOptions,
  CommonOptions,
  KeySetOptions,
  TokenCacheOptions,
} from './options/options.js';
export type { Algorithm, PublicKeyAlgorithm, SecretAlgorithm } from './jws/signature.js';
export type { TokenTrialOptions } from './trial/trial-options.js';
export { createAccessTokenVerifier } from './verifier.js';
export type { ScopegateError } from './scopegate-error.js';
export type { PresentedToken } from './possession/possession.js';
export type { PresentationRequirement, Presentation } from './possession/presentation.js';
export type { WhileAcceptableOptions } from './verification/while-acceptable.js';
