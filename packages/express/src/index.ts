/**
 * Protects Express APIs with OAuth 2.0 access tokens.
 *
 * @module
 */
export {
  type AccessTokenClaims,
  type Algorithm,
  type ExplainedCheck,
  type ExplainOptions,
  type Finding,
  type FindingCause,
  type IssuerOptions,
  KEY_SET_CHANNEL,
  KeySetError,
  type KeySetEvent,
  type KeySetHealth,
  KeySetMalformedError,
  type KeySetMalformedReason,
  type KeySetOptions,
  KeySetUnavailableError,
  type Principal,
  type Remedy,
  type TokenExplanation,
  type TokenPolicy,
  type VerifiedAccessToken,
  type VerifierHealth,
  type WhileAcceptableOptions,
} from '@scopegate/access-token';
export {
  ChallengeError,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
  type RefusalReason,
} from '@scopegate/protocol';
export { type AuditFormat, formatAudit } from './audit-format.js';
export type { CombinedPolicy } from './audited-policy.js';
export type { AuditedRoute, RouteShadow, UnseenMiddleware } from './audited-route.js';
export type { AuditedMetadata, AuditedScopes } from './audited-scopes.js';
export type { CredentialLocation } from './credentials.js';
export { DECISION_CHANNEL, type DecisionEvent, type ExcessScopes } from './decision-event.js';
export { declarePublic, type PublicMark } from './declare-public.js';
export { expectAllGuarded } from './expect-all-guarded.js';
export type { Guard } from './guard.js';
export type { ExcessScopesPolicy, GuardPolicy, RoutePolicy } from './guard-policy.js';
export type { MetadataOptions } from './metadata-router.js';
export type { ErrorMiddleware, Middleware, Next } from './middleware.js';
export type { GuardOptions, ResourceServerOptions, Trust } from './options.js';
export { type Refusal, type RefusalHandler, sendRefusal } from './refusal.js';
export { createResourceServer, type ResourceServer } from './resource-server.js';
export type { RouteAccess } from './route-access.js';
export type { RouteCheck } from './route-check.js';
export {
  type AuditOptions,
  auditRoutes,
  type RouteAudit,
  type RoutedApplication,
} from './route-audit.js';
export type { Exposure, ExposureCause } from './route-exposure.js';
export { allOf, anyOf, type ScopeExpression, type ScopeRequirement } from './scope-policy.js';
export type { UpgradeGuard, UpgradeHandler } from './upgrade.js';
