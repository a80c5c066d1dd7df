// The public API of @scopegate/express. Run "npm run api" to write this file again.

import type {
  AccessTokenClaims,
  ExplainOptions,
  SenderConstraint,
  TokenExplanation,
  VerifiedAccessToken,
  WhileAcceptableOptions,
} from '@scopegate/access-token';
import type {
  AccessPolicy,
  GuardOptions as GuardOptions2,
  GuardPolicy,
  HandlerPolicy,
  MetadataOptions,
  Refusal,
  ReportOnlyOptions,
  ResourceServerHealth,
  RoutePolicy,
  ScopeRequirement,
  Trust,
  UpgradeGuard,
  UpgradeHandler,
} from '@scopegate/resource-server';
import type { IncomingMessage, ServerResponse } from 'node:http';

// @scopegate/express

export { type AccessPolicy } from '@scopegate/resource-server';
export { type AccessTokenClaims } from '@scopegate/access-token';
export { type Algorithm } from '@scopegate/access-token';
export { ChallengeError } from '@scopegate/protocol';
export { type CredentialLocation } from '@scopegate/resource-server';
export { DECISION_CHANNEL } from '@scopegate/resource-server';
export { type DecisionEvent } from '@scopegate/resource-server';
export { type DecisionOutcome } from '@scopegate/resource-server';
export { type DecryptionOptions } from '@scopegate/access-token';
export { DecryptionUnavailableError } from '@scopegate/access-token';
export { type DpopOptions } from '@scopegate/access-token';
export { type ExcessScopesPolicy } from '@scopegate/resource-server';
export { type ExplainOptions } from '@scopegate/access-token';
export { type ExplainedCheck } from '@scopegate/access-token';
export { type Finding } from '@scopegate/access-token';
export { type FindingCause } from '@scopegate/access-token';
export { type Fix } from '@scopegate/access-token';
export { type GuardPolicy } from '@scopegate/resource-server';
export { type HandlerPolicy } from '@scopegate/resource-server';
export { INTROSPECTION_CHANNEL } from '@scopegate/access-token';
export { type ImpliedScopes } from '@scopegate/resource-server';
export { InsufficientScopeError } from '@scopegate/protocol';
export { InsufficientUserAuthenticationError } from '@scopegate/protocol';
export { type IntrospectionEvent } from '@scopegate/access-token';
export { type IntrospectionOptions } from '@scopegate/access-token';
export { IntrospectionUnavailableError } from '@scopegate/access-token';
export { InvalidProofError } from '@scopegate/protocol';
export { InvalidRequestError } from '@scopegate/protocol';
export { InvalidTokenError } from '@scopegate/protocol';
export { type IssuerOptions } from '@scopegate/access-token';
export { KEY_SET_CHANNEL } from '@scopegate/access-token';
export { KeySetError } from '@scopegate/access-token';
export { type KeySetEvent } from '@scopegate/access-token';
export { type KeySetHealth } from '@scopegate/access-token';
export { KeySetMalformedError } from '@scopegate/access-token';
export { type KeySetMalformedReason } from '@scopegate/access-token';
export { type KeySetOptions } from '@scopegate/access-token';
export { KeySetUnavailableError } from '@scopegate/access-token';
export { type MetadataOptions } from '@scopegate/resource-server';
export { MissingCredentialsError } from '@scopegate/protocol';
export { type MtlsOptions } from '@scopegate/access-token';
export { type Principal } from '@scopegate/access-token';
export { type PublishedScopes } from '@scopegate/resource-server';
export { REPLAY_CHANNEL } from '@scopegate/access-token';
export { REVOCATION_CHANNEL } from '@scopegate/access-token';
export { type Refusal } from '@scopegate/resource-server';
export { type RefusalReason } from '@scopegate/protocol';
export { type ReplayEvent } from '@scopegate/access-token';
export { type ReplayFailure } from '@scopegate/access-token';
export { type ReplayStore } from '@scopegate/access-token';
export { ReplayStoreUnavailableError } from '@scopegate/access-token';
export { type ReportOnlyGuard } from '@scopegate/resource-server';
export { type ReportOnlyOptions } from '@scopegate/resource-server';
export { type RequiredAuthentication } from '@scopegate/protocol';
export { type ResourceServerHealth } from '@scopegate/resource-server';
export { type RevocationEvent } from '@scopegate/access-token';
export { type RevocationHook } from '@scopegate/access-token';
export { type RevocationList } from '@scopegate/access-token';
export { RevocationListFullError } from '@scopegate/access-token';
export { type RevocationListOptions } from '@scopegate/access-token';
export { type RevocationSource } from '@scopegate/access-token';
export { type RevocationSubject } from '@scopegate/protocol';
export { RevocationUnavailableError } from '@scopegate/access-token';
export { type RouteCheck } from '@scopegate/resource-server';
export { type RoutePolicy } from '@scopegate/resource-server';
export { type ScopeExpression } from '@scopegate/resource-server';
export { type ScopeRequirement } from '@scopegate/resource-server';
export { type ScopegateError } from '@scopegate/access-token';
export { type SenderConstraint } from '@scopegate/access-token';
export { type ServerTrial } from '@scopegate/resource-server';
export { type TokenExplanation } from '@scopegate/access-token';
export { type TokenPolicy } from '@scopegate/access-token';
export { type TokenSource } from '@scopegate/resource-server';
export { type TrialVerdict } from '@scopegate/resource-server';
export { type Trust } from '@scopegate/resource-server';
export { UnavailableError } from '@scopegate/protocol';
export { type UpgradeGuard } from '@scopegate/resource-server';
export { type UpgradeHandler } from '@scopegate/resource-server';
export { UseNonceError } from '@scopegate/protocol';
export { type VerifiedAccessToken } from '@scopegate/access-token';
export { type VerifierHealth } from '@scopegate/access-token';
export { type WhileAcceptableOptions } from '@scopegate/access-token';
export { type Withdrawal } from '@scopegate/protocol';
export { allOf } from '@scopegate/resource-server';
export { anyOf } from '@scopegate/resource-server';
export { createRevocationList } from '@scopegate/access-token';

export type AuditFormat = 'table' | 'json' | 'markdown' | 'openapi';

export interface AuditOptions {
  readonly scopes?: readonly string[] | undefined;
  readonly mountPaths?: readonly string[] | undefined;
  readonly ignoreUnseen?: readonly string[] | undefined;
}

export interface AuditedMetadata {
  readonly scopesSupported: readonly string[] | undefined;
  readonly missing: readonly string[];
  readonly needless: readonly string[];
}

export interface AuditedRoute extends AuditedRoute2 {
  readonly method: string;
  readonly path: string;
  readonly partialGuards: readonly string[];
  readonly shadowedBy: RouteShadow | undefined;
  readonly samplePaths: readonly string[];
}

export interface AuditedScopes {
  readonly declared: readonly string[] | undefined;
  readonly unused: readonly string[];
  readonly undeclared: readonly string[];
}

export interface CombinedPolicy {
  readonly scope: ScopeRequirement | undefined;
  readonly expandedScope: ScopeRequirement | undefined;
  readonly scopes: readonly string[];
  readonly atMost: readonly string[] | undefined;
  readonly principal: GuardPolicy['principal'];
  readonly senderConstraints: readonly SenderConstraint[];
  readonly acrValues: readonly string[] | undefined;
  readonly maxAgeSeconds: number | undefined;
  readonly fresh: boolean;
  readonly checks: readonly string[];
}

export type ErrorMiddleware = (
  ...parameters: [error: unknown, req: IncomingMessage, res: ServerResponse, next: Next]
) => void;

export interface Exposure extends ExposureReason {
  readonly endpoint: string;
}

export type ExposureCause = 'open' | 'optional' | 'early_handler' | 'unseen';

export interface ExposureReason {
  readonly cause: ExposureCause;
  readonly reason: string;
}

export interface Guard extends Middleware {
  readonly policy: GuardPolicy;
}

export interface GuardOptions<Scope extends string = string> extends GuardOptions2<Scope> {
  readonly onRefusal?: RefusalHandler | undefined;
}

export type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

export type Next = (error?: unknown) => void;

export interface PublicMark extends Middleware, Mark {}

export type RefusalHandler = RefusalListener['handle'];

export interface ResourceServer<Scope extends string = string, Claims = unknown>
  extends NeutralMembers<Guard, Scope, Claims, IncomingMessage>, UpgradeGuards<Scope, Claims> {
  errorHandler(...none: never[]): ErrorMiddleware;
  metadata(options?: MetadataOptions<Scope>): Middleware;
  auditRoutes(application: RoutedApplication, options?: AuditOptions): RouteAudit;
}

export type ResourceServerOptions<
  Scope extends string = string,
  Claims = AccessTokenClaims,
> = Trust<Claims> & GuardOptions<Scope>;

export type RouteAccess = 'guarded' | 'optional' | 'public' | 'open';

export interface RouteAudit extends RouteAudit2 {
  readonly routes: readonly AuditedRoute[];
  readonly unseen: readonly UnseenMiddleware[];
  readonly exposures: readonly Exposure[];
}

export interface RouteShadow {
  readonly route: string;
  readonly isCertain: boolean;
}

export type RoutedApplication = Handler;

export interface UnseenMiddleware {
  readonly name: string;
  readonly path: string;
  readonly hasOwnPath: boolean;
  readonly isGuarded: boolean;
  readonly publicReason: string | undefined;
  readonly isBeforeGuard: boolean;
  readonly isIgnored: boolean;
  readonly samplePaths: readonly string[];
}

export declare function auditRoutes(
  application: RoutedApplication,
  options?: AuditOptions,
): RouteAudit;

export declare function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims>;

export declare function declarePublic(reason: string): PublicMark;

export declare function expectAllGuarded(
  application: RoutedApplication,
  options?: AuditOptions,
): void;

export declare function formatAudit(audit: RouteAudit, format: AuditFormat): string;

export declare function sendRefusal(refusal: Refusal, res: ServerResponse): void;

// @scopegate/express/providers

export { type Auth0Options } from '@scopegate/access-token/providers';
export { type AuthentikOptions } from '@scopegate/access-token/providers';
export { type CognitoOptions } from '@scopegate/access-token/providers';
export { type CurityOptions } from '@scopegate/access-token/providers';
export { type DuendeOptions } from '@scopegate/access-token/providers';
export { type EntraOptions } from '@scopegate/access-token/providers';
export { type FirebaseOptions } from '@scopegate/access-token/providers';
export { type KeycloakOptions } from '@scopegate/access-token/providers';
export { type OktaOptions } from '@scopegate/access-token/providers';
export { type OryOptions } from '@scopegate/access-token/providers';
export { type PingOptions } from '@scopegate/access-token/providers';
export { type ProviderAudience } from '@scopegate/access-token/providers';
export { type SpringAuthorizationServerOptions } from '@scopegate/access-token/providers';
export { type SupabaseOptions } from '@scopegate/access-token/providers';
export { type ZitadelOptions } from '@scopegate/access-token/providers';
export { auth0 } from '@scopegate/access-token/providers';
export { authentik } from '@scopegate/access-token/providers';
export { cognito } from '@scopegate/access-token/providers';
export { curity } from '@scopegate/access-token/providers';
export { duende } from '@scopegate/access-token/providers';
export { entra } from '@scopegate/access-token/providers';
export { firebase } from '@scopegate/access-token/providers';
export { keycloak } from '@scopegate/access-token/providers';
export { okta } from '@scopegate/access-token/providers';
export { ory } from '@scopegate/access-token/providers';
export { ping } from '@scopegate/access-token/providers';
export { springAuthorizationServer } from '@scopegate/access-token/providers';
export { supabase } from '@scopegate/access-token/providers';
export { zitadel } from '@scopegate/access-token/providers';

// Not exported: the declarations above mention these.

interface AuditedRoute2 extends CombinedPolicy {
  readonly method: string;
  readonly path: string;
  readonly access: RouteAccess;
  readonly exposure: ExposureReason | undefined;
  readonly guards: readonly string[];
  readonly reportOnlyUntil: string | undefined;
  readonly trial: CombinedPolicy | undefined;
  readonly earlyHandlers: readonly string[];
  readonly publicReason: string | undefined;
  readonly impliedByGet: boolean;
}

type Handler = (...args: never[]) => unknown;

interface HandlerPolicies<Scope extends string = string, Request extends object = IncomingMessage> {
  policy(policy: HandlerPolicy<Scope>): AccessPolicy;
  isAllowed(request: Request, policy: AccessPolicy): boolean;
  assertAllowed(request: Request, policy: AccessPolicy): void;
}

interface Lifecycle {
  ready(): Promise<void>;
  refresh(): Promise<void>;
  health(): ResourceServerHealth;
  close(): void;
}

interface Mark {
  readonly publicReason: string;
}

interface NeutralMembers<
  RouteGuard,
  Scope extends string,
  Claims,
  Request extends object,
  Upgrade extends object = never,
>
  extends
    RouteGuards<RouteGuard, Scope, Claims, Request>,
    TokenAccess<Scope, Claims, Request | Upgrade>,
    HandlerPolicies<Scope, Request | Upgrade>,
    Lifecycle {
  readonly name: string;
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
}

interface RefusalListener {
  handle(error: Refusal, req: IncomingMessage, res: ServerResponse, next: Next): unknown;
}

interface RouteAudit2 {
  readonly routes: readonly AuditedRoute2[];
  readonly exposures: readonly Exposure[];
  readonly scopes: AuditedScopes;
  readonly metadata: AuditedMetadata | undefined;
}

interface RouteGuards<
  RouteGuard,
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
> {
  requireAccessToken(...none: never[]): RouteGuard;
  requireScope(scope: Scope, ...scopes: Scope[]): RouteGuard;
  requireAnyScope(scope: Scope, ...scopes: Scope[]): RouteGuard;
  require(policy: RoutePolicy<Scope, Claims, Request>): RouteGuard;
  optionalAccessToken(...none: never[]): RouteGuard;
  dangerouslyReportOnly(guard: RouteGuard, options: ReportOnlyOptions): RouteGuard;
}

interface TokenAccess<
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
> {
  accessToken(request: Request): VerifiedAccessToken<Claims>;
  accessTokenIfAny(request: Request): VerifiedAccessToken<Claims> | undefined;
  hasScope(request: Request, scope: Scope): boolean;
  whileAcceptable(
    subject: Request | VerifiedAccessToken<unknown>,
    options?: WhileAcceptableOptions,
  ): AbortSignal;
}

interface UpgradeGuards<Scope extends string = string, Claims = unknown> {
  guardUpgrade(policy: RoutePolicy<Scope, Claims>, onUpgrade: UpgradeHandler): UpgradeGuard;
  guardUpgrade(onUpgrade: UpgradeHandler): UpgradeGuard;
}
