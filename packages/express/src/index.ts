/**
 * Protects Express APIs with OAuth 2.0 access tokens.
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
  type AccessPolicy,
  allOf,
  anyOf,
  type CredentialLocation,
  DECISION_CHANNEL,
  type DecisionEvent,
  type DecisionOutcome,
  type ExcessScopesPolicy,
  type GuardPolicy,
  type HandlerPolicy,
  type ImpliedScopes,
  type MetadataOptions,
  type PublishedScopes,
  type Refusal,
  type ReportOnlyGuard,
  type ReportOnlyOptions,
  type ResourceServerHealth,
  type RouteCheck,
  type RoutePolicy,
  type ScopeExpression,
  type ScopeRequirement,
  type ServerTrial,
  type TokenSource,
  type TrialVerdict,
  type Trust,
  type UpgradeGuard,
  type UpgradeHandler,
} from '@scopegate/resource-server';
export type {
  AuditedMetadata,
  AuditedScopes,
  AuditFormat,
  CombinedPolicy,
  Exposure,
  ExposureCause,
  ExposureReason,
  RouteAccess,
} from '@scopegate/resource-server/internal';
export { formatAudit } from './report/audit-format.js';
export type { AuditedRoute, RouteShadow } from './audit/audited-route.js';
export type { UnseenMiddleware } from './audit/unseen-middleware.js';
export { declarePublic, type PublicMark } from './guard/declare-public.js';
export { expectAllGuarded } from './expect-all-guarded.js';
export type { Guard } from './guard/guard.js';
export type { ErrorMiddleware, Middleware, Next } from './request/middleware.js';
export type { GuardOptions, ResourceServerOptions } from './options.js';
export { type RefusalHandler, sendRefusal } from './refusal/refusal-response.js';
export { createResourceServer, type ResourceServer } from './resource-server.js';
export {
  type AuditOptions,
  auditRoutes,
  type RouteAudit,
  type RoutedApplication,
} from './audit/route-audit.js';
