/**
 * Protects Fastify APIs with OAuth 2.0 access tokens.
 *
 * @module
 */
export {
  type AccessPolicy,
  type AccessTokenClaims,
  allOf,
  anyOf,
  ChallengeError,
  DECISION_CHANNEL,
  type DecisionEvent,
  type DpopOptions,
  type ExplainOptions,
  type GuardPolicy,
  type ImpliedScopes,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  isRefusal,
  KEY_SET_CHANNEL,
  type KeySetEvent,
  KeySetUnavailableError,
  type MetadataOptions,
  MissingCredentialsError,
  type Refusal,
  REPLAY_CHANNEL,
  type ReplayEvent,
  type ReplayStore,
  ReplayStoreUnavailableError,
  type RouteCheck,
  type RoutePolicy,
  type ScopeRequirement,
  type TokenExplanation,
  type Trust,
  type VerifiedAccessToken,
  type VerifierHealth,
} from '@scopegate/resource-server';
export {
  type AuditedRoute,
  auditHookRoutes as auditRoutes,
  type AuditFormat,
  declareHookPublic as declarePublic,
  expectAllHooked as expectAllGuarded,
  formatHookAudit as formatAudit,
  type GuardHook as Guard,
  type HookAuditOptions as AuditOptions,
  type HookErrorHandler as ErrorHandler,
  type RouteAudit,
  sendRefusal,
  watchRoutes,
} from '@scopegate/resource-server/internal';
export {
  createResourceServer,
  type RefusalHandler,
  type ResourceServer,
  type ResourceServerOptions,
} from './resource-server.js';
