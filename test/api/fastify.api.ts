// The public API of @scopegate/fastify. Run "npm run api" to write this file again.

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
  GuardPolicy,
  HandlerPolicy,
  MetadataOptions,
  Refusal,
  ReportOnlyOptions,
  ResourceServerHealth,
  ResourceServerOptions as ResourceServerOptions2,
  RoutePolicy,
  ScopeRequirement,
  UpgradeGuard,
  UpgradeHandler,
} from '@scopegate/resource-server';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

// @scopegate/fastify

export { type AccessPolicy } from '@scopegate/resource-server';
export { type AccessTokenClaims } from '@scopegate/access-token';
export { ChallengeError } from '@scopegate/protocol';
export { DECISION_CHANNEL } from '@scopegate/resource-server';
export { type DecisionEvent } from '@scopegate/resource-server';
export { type DecisionOutcome } from '@scopegate/resource-server';
export { type DecryptionOptions } from '@scopegate/access-token';
export { DecryptionUnavailableError } from '@scopegate/access-token';
export { type DpopOptions } from '@scopegate/access-token';
export { type ExplainOptions } from '@scopegate/access-token';
export { type GuardPolicy } from '@scopegate/resource-server';
export { type HandlerPolicy } from '@scopegate/resource-server';
export { INTROSPECTION_CHANNEL } from '@scopegate/access-token';
export { type ImpliedScopes } from '@scopegate/resource-server';
export { InsufficientScopeError } from '@scopegate/protocol';
export { InsufficientUserAuthenticationError } from '@scopegate/protocol';
export { type IntrospectionEvent } from '@scopegate/access-token';
export { type IntrospectionOptions } from '@scopegate/access-token';
export { IntrospectionUnavailableError } from '@scopegate/access-token';
export { InvalidRequestError } from '@scopegate/protocol';
export { InvalidTokenError } from '@scopegate/protocol';
export { KEY_SET_CHANNEL } from '@scopegate/access-token';
export { type KeySetEvent } from '@scopegate/access-token';
export { KeySetUnavailableError } from '@scopegate/access-token';
export { type MetadataOptions } from '@scopegate/resource-server';
export { MissingCredentialsError } from '@scopegate/protocol';
export { type MtlsOptions } from '@scopegate/access-token';
export { type PublishedScopes } from '@scopegate/resource-server';
export { REPLAY_CHANNEL } from '@scopegate/access-token';
export { REVOCATION_CHANNEL } from '@scopegate/access-token';
export { type Refusal } from '@scopegate/resource-server';
export { type ReplayEvent } from '@scopegate/access-token';
export { type ReplayStore } from '@scopegate/access-token';
export { ReplayStoreUnavailableError } from '@scopegate/access-token';
export { type ReportOnlyGuard } from '@scopegate/resource-server';
export { type ReportOnlyOptions } from '@scopegate/resource-server';
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
export { type ScopeRequirement } from '@scopegate/resource-server';
export { type ServerTrial } from '@scopegate/resource-server';
export { type TokenExplanation } from '@scopegate/access-token';
export { type TokenSource } from '@scopegate/resource-server';
export { type TrialVerdict } from '@scopegate/resource-server';
export { type Trust } from '@scopegate/resource-server';
export { type VerifiedAccessToken } from '@scopegate/access-token';
export { type VerifierHealth } from '@scopegate/access-token';
export { type Withdrawal } from '@scopegate/protocol';
export { allOf } from '@scopegate/resource-server';
export { anyOf } from '@scopegate/resource-server';
export { createRevocationList } from '@scopegate/access-token';
export { isRefusal } from '@scopegate/resource-server';

export type AuditFormat = 'table' | 'json' | 'markdown' | 'openapi';

export interface AuditOptions {
  readonly scopes?: readonly string[] | undefined;
  readonly ignoreRoutes?: readonly string[] | undefined;
}

export interface AuditedRoute extends CombinedPolicy {
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

export type ErrorHandler = (error: unknown, request: HookRequest, reply: HookReply) => void;

export interface Guard extends Hook {
  readonly policy: GuardPolicy;
}

export type RefusalHandler = HookRefusalHandler<FastifyRequest, FastifyReply>;

export interface ResourceServer<Scope extends string = string, Claims = unknown>
  extends
    HookMembers<Scope, Claims, FastifyRequest>,
    HookAudits,
    MetadataPlugins<Scope, FastifyPluginAsync> {}

export type ResourceServerOptions<
  Scope extends string = string,
  Claims = AccessTokenClaims,
> = ResourceServerOptions2<Scope, Claims> & HookOptions<RefusalHandler>;

export interface RouteAudit {
  readonly routes: readonly AuditedRoute[];
  readonly exposures: readonly Exposure[];
  readonly scopes: AuditedScopes;
  readonly metadata: AuditedMetadata | undefined;
}

export declare function auditRoutes(app: RouteAnnouncer, options?: AuditOptions): RouteAudit;

export declare function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims>;

export declare function declarePublic(reason: string): Hook & Mark;

export declare function expectAllGuarded(app: RouteAnnouncer, options?: AuditOptions): void;

export declare function formatAudit(audit: RouteAudit, format: AuditFormat): string;

export declare function sendRefusal(refusal: Refusal, reply: HookReply): void;

export declare function watchRoutes<App extends RouteAnnouncer>(app: App): App;

// @scopegate/fastify/providers

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

interface AnnouncedRoute {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly config?: object | undefined;
  readonly onRequest?: unknown;
  readonly preParsing?: unknown;
  readonly preValidation?: unknown;
  readonly preHandler?: unknown;
}

interface AuditedMetadata {
  readonly scopesSupported: readonly string[] | undefined;
  readonly missing: readonly string[];
  readonly needless: readonly string[];
}

interface AuditedScopes {
  readonly declared: readonly string[] | undefined;
  readonly unused: readonly string[];
  readonly undeclared: readonly string[];
}

interface CombinedPolicy {
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

type Done = (error?: Error) => void;

interface Exposure extends ExposureReason {
  readonly endpoint: string;
}

type ExposureCause = 'open' | 'optional' | 'early_handler' | 'unseen';

interface ExposureReason {
  readonly cause: ExposureCause;
  readonly reason: string;
}

interface HandlerPolicies<Scope extends string = string, Request extends object = IncomingMessage> {
  policy(policy: HandlerPolicy<Scope>): AccessPolicy;
  isAllowed(request: Request, policy: AccessPolicy): boolean;
  assertAllowed(request: Request, policy: AccessPolicy): void;
}

type Hook = (request: HookRequest, reply: HookReply, done: Done) => void;

interface HookAudits {
  guardAll(instance: RouteAnnouncer, guard: Guard): void;
  auditRoutes(app: RouteAnnouncer, options?: AuditOptions): RouteAudit;
}

interface HookMembers<Scope extends string, Claims, Request extends object>
  extends
    NeutralMembers<Guard, Scope, Claims, Request, HookRequest | IncomingMessage>,
    UpgradeGuards<Scope, Claims> {
  errorHandler(...none: never[]): ErrorHandler;
}

interface HookOptions<RefusalHandler> {
  readonly onRefusal?: RefusalHandler | undefined;
}

type HookRefusalHandler<Request, Reply> = RefusalListener<Request, Reply>['handle'];

interface HookReply {
  readonly raw: ServerResponse | Http2ServerResponse;
  readonly sent: boolean;
  readonly statusCode: number;
  code(status: number): unknown;
  getHeader(name: string): number | string | string[] | undefined;
  header(name: string, value: unknown): unknown;
  removeHeader(name: string): unknown;
  send(payload?: unknown): unknown;
}

interface HookRequest {
  readonly raw: IncomingMessage | Http2ServerRequest;
  readonly routeOptions: {
    readonly url?: string | undefined;
    readonly config?: object;
  };
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

interface MetadataPlugins<Scope extends string, Plugin> {
  metadata(options?: MetadataOptions<Scope>): Plugin;
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

interface RefusalListener<Request, Reply> {
  handle(error: Refusal, request: Request, reply: Reply): unknown;
}

type RouteAccess = 'guarded' | 'optional' | 'public' | 'open';

interface RouteAnnouncer {
  readonly supportedMethods: readonly string[];
  printRoutes(): string;
  addHook(name: 'onRoute', hook: (this: object, route: AnnouncedRoute) => void): unknown;
  addHook(name: 'onReady', hook: (done: Done) => void): unknown;
  addHook(name: 'onRequest', hook: Guard): unknown;
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
