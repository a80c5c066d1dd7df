// The public API of @scopegate/resource-server. Run "npm run api" to write this file again.

import type {
  AccessTokenClaims,
  AccessTokenVerifierOptions,
  ExplainOptions,
  KeySetUnavailableError,
  PeerSocket,
  Principal,
  SenderConstraint,
  TokenExplanation,
  TokenTrialOptions,
  VerifiedAccessToken,
  VerifierHealth,
  WhileAcceptableOptions,
} from '@scopegate/access-token';
import type {
  AuthScheme,
  ChallengeError,
  ClaimProblem,
  MissingCertificateReason,
  RefusalReason,
  UnavailableError,
} from '@scopegate/protocol';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

// @scopegate/resource-server

export { type AccessTokenClaims } from '@scopegate/access-token';
export { type Algorithm } from '@scopegate/access-token';
export { ChallengeError } from '@scopegate/protocol';
export { type DecryptionOptions } from '@scopegate/access-token';
export { DecryptionUnavailableError } from '@scopegate/access-token';
export { type DpopOptions } from '@scopegate/access-token';
export { type ExplainOptions } from '@scopegate/access-token';
export { type ExplainedCheck } from '@scopegate/access-token';
export { type Finding } from '@scopegate/access-token';
export { type FindingCause } from '@scopegate/access-token';
export { type Fix } from '@scopegate/access-token';
export { INTROSPECTION_CHANNEL } from '@scopegate/access-token';
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
export { MissingCredentialsError } from '@scopegate/protocol';
export { type MtlsOptions } from '@scopegate/access-token';
export { type PeerSocket } from '@scopegate/access-token';
export { type Principal } from '@scopegate/access-token';
export { REPLAY_CHANNEL } from '@scopegate/access-token';
export { REVOCATION_CHANNEL } from '@scopegate/access-token';
export { type RefusalReason } from '@scopegate/protocol';
export { type ReplayEvent } from '@scopegate/access-token';
export { type ReplayFailure } from '@scopegate/access-token';
export { type ReplayStore } from '@scopegate/access-token';
export { ReplayStoreUnavailableError } from '@scopegate/access-token';
export { type RequiredAuthentication } from '@scopegate/protocol';
export { type RevocationEvent } from '@scopegate/access-token';
export { type RevocationHook } from '@scopegate/access-token';
export { type RevocationList } from '@scopegate/access-token';
export { RevocationListFullError } from '@scopegate/access-token';
export { type RevocationListOptions } from '@scopegate/access-token';
export { type RevocationSource } from '@scopegate/access-token';
export { type RevocationSubject } from '@scopegate/protocol';
export { RevocationUnavailableError } from '@scopegate/access-token';
export { type ScopegateError } from '@scopegate/access-token';
export { type SenderConstraint } from '@scopegate/access-token';
export { type TokenExplanation } from '@scopegate/access-token';
export { type TokenPolicy } from '@scopegate/access-token';
export { UnavailableError } from '@scopegate/protocol';
export { UseNonceError } from '@scopegate/protocol';
export { type VerifiedAccessToken } from '@scopegate/access-token';
export { type VerifierHealth } from '@scopegate/access-token';
export { type WhileAcceptableOptions } from '@scopegate/access-token';
export { type Withdrawal } from '@scopegate/protocol';
export { createRevocationList } from '@scopegate/access-token';

export interface AccessPolicy {
  readonly policy: GuardPolicy;
  refusalOf(token: VerifiedAccessToken<unknown>): ChallengeError | undefined;
}

export type CredentialLocation = 'header' | 'body' | 'query';

export declare const DECISION_CHANNEL = 'scopegate:decision';

export interface DecisionEvent {
  readonly outcome: DecisionOutcome;
  readonly reason: RefusalReason | 'unavailable' | undefined;
  readonly claim?: string | undefined;
  readonly problem?: ClaimProblem | undefined;
  readonly certificate?: MissingCertificateReason | undefined;
  readonly scheme: AuthScheme | undefined;
  readonly binding: 'dpop' | 'mtls' | 'both' | undefined;
  readonly server: string;
  readonly guard: string;
  readonly policy: GuardPolicy | undefined;
  readonly earlier: readonly GuardPolicy[];
  readonly issuer: string | undefined;
  readonly claimedIssuer: string | undefined;
  readonly method: string | undefined;
  readonly route: string | undefined;
  readonly source: TokenSource | undefined;
  readonly microseconds: number;
  readonly principal: Principal | undefined;
  readonly clientId: string | undefined;
  readonly held: PublishedScopes | undefined;
  readonly excess: PublishedScopes | undefined;
  readonly trial: TrialVerdict | undefined;
}

export type DecisionOutcome =
  'allowed' | 'anonymous' | 'refused' | 'unavailable' | 'error' | 'unenforced';

export type ExcessScopesPolicy = 'ignore' | 'report' | 'refuse';

export interface FormattedRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

export interface Guard<Request extends object> {
  readonly policy: GuardPolicy;
  readonly check: (request: Request) => Refusal | undefined | Promise<Refusal | undefined>;
}

export interface GuardOptions<Scope extends string = string> {
  readonly scopes?: readonly Scope[] | undefined;
  readonly impliedScopes?: ImpliedScopes<NoInfer<Scope>> | undefined;
  readonly resource?: string | undefined;
  readonly realm?: string | undefined;
  readonly name?: string | undefined;
  readonly credentials?: readonly CredentialLocation[] | undefined;
  readonly excessScopes?: ExcessScopesPolicy | undefined;
  readonly identifyClients?: boolean | undefined;
  readonly trial?: ServerTrial | undefined;
  readonly dangerouslyReportOnlyUntil?: string | undefined;
}

export interface GuardPolicy {
  readonly authentication: 'required' | 'optional';
  readonly scope: ScopeRequirement | undefined;
  readonly expandedScope: ScopeRequirement | undefined;
  readonly atMost: readonly string[] | undefined;
  readonly excessScopes: ExcessScopesPolicy;
  readonly principal: Exclude<Principal, 'unknown'> | undefined;
  readonly senderConstraint: SenderConstraint | undefined;
  readonly acrValues: readonly string[] | undefined;
  readonly maxAgeSeconds: number | undefined;
  readonly fresh: boolean;
  readonly check: string | undefined;
  readonly trial: GuardPolicy | undefined;
  readonly reportOnlyUntil: string | undefined;
}

export type HandlerPolicy<Scope extends string = string> = TokenRequirements<Scope> &
  (UserRequirements | ClientRequirements);

export type ImpliedScopes<Scope extends string = string> = Readonly<
  Partial<Record<Scope, readonly Scope[] | undefined>>
>;

export interface MetadataDocument {
  readonly url: string;
  readonly resource: string;
  readonly scopes_supported: readonly string[] | undefined;
  respond(method: string | undefined, target: string | undefined): MetadataResponse | undefined;
}

export interface MetadataOptions<Scope extends string = string> {
  readonly authorization_servers?: readonly string[] | undefined;
  readonly scopes_supported?: readonly Scope[] | undefined;
  readonly resource_name?: string | undefined;
  readonly resource_documentation?: string | undefined;
  readonly resource_policy_uri?: string | undefined;
  readonly resource_tos_uri?: string | undefined;
}

export interface MetadataResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ParsedBody {
  readonly contentType: string | undefined;
  readonly value: unknown;
}

export interface PublishedScopes {
  readonly declared: readonly string[];
  readonly others: number;
}

export type Refusal = ChallengeError | KeySetUnavailableError | UnavailableError;

export interface ReportOnlyGuard {
  readonly guard: string;
  readonly until: string;
}

export interface ReportOnlyOptions {
  readonly until: string;
}

export interface RequestAdapter<Request extends object> {
  authorization(request: Request): string | undefined;
  url(request: Request): string | undefined;
  method(request: Request): string | undefined;
  route(request: Request, guard?: GuardPolicy): string | undefined;
  body?(request: Request): ParsedBody;
  requestLine?(request: Request): RequestLine;
  fieldLines?(request: Request, name: string): readonly string[];
  socket?(request: Request): PeerSocket;
  response?(request: Request): ResponseState | undefined;
  onEnd(request: Request, listener: () => void): () => void;
}

export interface RequestLine {
  readonly method: string | undefined;
  readonly target: string | undefined;
}

export interface ResourceServer<
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
>
  extends NeutralMembers<Guard<Request>, Scope, Claims, Request>, UpgradeGuards<Scope, Claims> {
  metadata(options?: MetadataOptions<Scope>): MetadataDocument;
  reportRefusal(refusal: Refusal, request: Request): Refusal;
  responseHeaders(request: Request): Readonly<Record<string, string>>;
}

export interface ResourceServerHealth extends VerifierHealth {
  readonly reportOnly: readonly ReportOnlyGuard[];
}

export type ResourceServerOptions<
  Scope extends string = string,
  Claims = AccessTokenClaims,
> = AccessTokenVerifierOptions<Claims> & GuardOptions<Scope>;

export interface ResponseState {
  readonly headersSent: boolean;
  readonly closed?: boolean | undefined;
  readonly destroyed?: boolean | undefined;
  prependListener(event: 'finish' | 'close', listener: () => void): unknown;
}

export interface RouteCheck<Claims = unknown, Request extends object = IncomingMessage> {
  readonly name: string;
  test(token: VerifiedAccessToken<Claims>, request: Request): boolean | PromiseLike<boolean>;
}

export type RoutePolicy<
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
> = TokenRequirements<Scope> &
  RequestRequirements<Claims, Request> &
  PolicyOnTrial<Scope> &
  (UserRequirements | ClientRequirements);

export interface ScopeExpression<Scope extends string = string> {
  readonly kind: 'allOf' | 'anyOf';
  readonly parts: readonly ScopeRequirement<Scope>[];
}

export type ScopeRequirement<Scope extends string = string> = Scope | ScopeExpression<Scope>;

export interface ServerTrial extends TokenTrialOptions {
  readonly excessScopes?: 'refuse' | undefined;
}

export type TokenSource = 'cache' | 'verification' | 'earlier_guard';

export interface TrialVerdict {
  readonly outcome: 'allowed' | 'refused' | 'error';
  readonly reason: RefusalReason | undefined;
}

export type Trust<Claims = AccessTokenClaims> = AccessTokenVerifierOptions<Claims>;

export type UpgradeGuard = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

export type UpgradeHandler = (req: IncomingMessage, socket: Duplex, head: Buffer) => unknown;

export declare function allOf<const Scope extends string>(
  ...parts: NonEmpty<ScopeRequirement<Scope>>
): ScopeExpression<Scope>;

export declare function anyOf<const Scope extends string>(
  ...parts: NonEmpty<ScopeRequirement<Scope>>
): ScopeExpression<Scope>;

export declare function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims>;
export declare function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
  Request extends object = IncomingMessage,
>(
  options: ResourceServerOptions<Scope, Claims>,
  adapter: RequestAdapter<Request>,
): ResourceServer<Scope, Claims, Request>;

export declare function formatRefusal(refusal: Refusal): FormattedRefusal;

export declare function isRefusal(error: unknown): error is Refusal;

// @scopegate/resource-server/providers

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

interface ClientRequirements {
  readonly principal: 'client';
  readonly acrValues?: undefined;
  readonly maxAgeSeconds?: undefined;
}

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

type NonEmpty<Item> = readonly [Item, ...Item[]];

interface PolicyOnTrial<Scope extends string> {
  readonly trial?: HandlerPolicy<Scope> | undefined;
}

interface RequestRequirements<Claims, Request extends object> {
  readonly fresh?: boolean | undefined;
  readonly check?: RouteCheck<Claims, Request> | undefined;
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

interface TokenRequirements<Scope extends string> {
  readonly scope?: ScopeRequirement<Scope> | undefined;
  readonly atMost?: readonly Scope[] | undefined;
  readonly senderConstraint?: SenderConstraint | undefined;
}

interface UpgradeGuards<Scope extends string = string, Claims = unknown> {
  guardUpgrade(policy: RoutePolicy<Scope, Claims>, onUpgrade: UpgradeHandler): UpgradeGuard;
  guardUpgrade(onUpgrade: UpgradeHandler): UpgradeGuard;
}

interface UserRequirements {
  readonly principal?: 'user' | undefined;
  readonly acrValues?: NonEmpty<string> | undefined;
  readonly maxAgeSeconds?: number | undefined;
}
