/**
 * Protects APIs whose handlers get a Fetch `Request` with OAuth 2.0 access tokens.
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
  type HandlerPolicy,
  type ImpliedScopes,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
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
export type {
  FetchGuard as Guard,
  FetchRefusalHandler as RefusalHandler,
} from '@scopegate/resource-server/internal';
export {
  createResourceServer,
  type ResourceServer,
  type ResourceServerOptions,
} from './resource-server.js';
