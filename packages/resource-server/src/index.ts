/**
 * The decisions of an OAuth 2.0 resource server, independent of the framework that serves it.
 *
 * @module
 */
export {
  type AccessTokenClaims,
  type Algorithm,
  createRevocationList,
  type DecryptionOptions,
  DecryptionUnavailableError,
  type DpopOptions,
  type ExplainedCheck,
  type ExplainOptions,
  type Finding,
  type FindingCause,
  type Fix,
  INTROSPECTION_CHANNEL,
  type IntrospectionEvent,
  type IntrospectionOptions,
  IntrospectionUnavailableError,
  type IssuerOptions,
  KEY_SET_CHANNEL,
  KeySetError,
  type KeySetEvent,
  type KeySetHealth,
  KeySetMalformedError,
  type KeySetMalformedReason,
  type KeySetOptions,
  KeySetUnavailableError,
  type MtlsOptions,
  type PeerSocket,
  type Principal,
  REPLAY_CHANNEL,
  type ReplayEvent,
  type ReplayFailure,
  type ReplayStore,
  ReplayStoreUnavailableError,
  REVOCATION_CHANNEL,
  type RevocationEvent,
  type RevocationHook,
  type RevocationList,
  RevocationListFullError,
  type RevocationListOptions,
  type RevocationSource,
  type RevocationSubject,
  RevocationUnavailableError,
  type ScopegateError,
  type SenderConstraint,
  type TokenExplanation,
  type TokenPolicy,
  type VerifiedAccessToken,
  type VerifierHealth,
  type WhileAcceptableOptions,
  type Withdrawal,
} from '@scopegate/access-token';
export {
  ChallengeError,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidProofError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
  type RefusalReason,
  type RequiredAuthentication,
  UnavailableError,
  UseNonceError,
} from '@scopegate/protocol';
export {
  DECISION_CHANNEL,
  type DecisionEvent,
  type DecisionOutcome,
  type PublishedScopes,
  type TokenSource,
  type TrialVerdict,
} from './decision-event.js';
export type { AccessPolicy } from './guard/access-policy.js';
export type { Guard } from './guard/guard.js';
export type { ReportOnlyGuard } from './guard/report-only-guards.js';
export type { MetadataDocument, MetadataResponse } from './metadata/metadata-document.js';
export type { MetadataOptions } from './metadata/metadata-options.js';
export type { GuardOptions, ResourceServerOptions, Trust } from './options.js';
export type { GuardPolicy } from './policy/guard-policy.js';
export type { HandlerPolicy, RoutePolicy } from './policy/route-policy.js';
export type { ImpliedScopes } from './policy/implied-scopes.js';
export type { RouteCheck } from './policy/route-check.js';
export type { ExcessScopesPolicy } from './policy/scope-policy.js';
export type { ServerTrial } from './policy/server-trial.js';
export {
  allOf,
  anyOf,
  type ScopeExpression,
  type ScopeRequirement,
} from './policy/scope-requirement.js';
export { type FormattedRefusal, formatRefusal } from './refusal/formatted-refusal.js';
export { isRefusal, type Refusal } from './refusal/refusal.js';
export type { CredentialLocation } from './request/credentials.js';
export type {
  ParsedBody,
  RequestAdapter,
  RequestLine,
  ResponseState,
} from './request/request-adapter.js';
export { createResourceServer, type ResourceServer } from './resource-server.js';
export type { ResourceServerHealth } from './server/lifecycle.js';
export type { ReportOnlyOptions } from './server/report-only-arguments.js';
export type { UpgradeGuard, UpgradeHandler } from './upgrade/upgrade-guard.js';
