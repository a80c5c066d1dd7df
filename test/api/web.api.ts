// The public API of @scopegate/web. Run "npm run api" to write this file again.

import type {
  AccessTokenClaims,
  ExplainOptions,
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
} from '@scopegate/resource-server';
import type { IncomingMessage } from 'node:http';

// @scopegate/web

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

export interface Guard {
  (request: Request): Response | undefined | Promise<Response | undefined>;
  readonly policy: GuardPolicy;
  wrap<Incoming extends Request, Rest extends unknown[], Result extends Response | undefined>(
    handler: (request: Incoming, ...rest: Rest) => MaybePromise<Result>,
  ): (request: Incoming, ...rest: Rest) => Response | Result | Promise<Response | Result>;
}

export type RefusalHandler = (
  error: Refusal,
  request: Request,
) => MaybePromise<Response | undefined>;

export interface ResourceServer<Scope extends string = string, Claims = unknown>
  extends NeutralMembers<Guard, Scope, Claims, Request>, Pick<FetchResponses, 'respondTo'> {
  metadata(options?: MetadataOptions<Scope>): (request: Request) => Response | undefined;
}

export type ResourceServerOptions<
  Scope extends string = string,
  Claims = AccessTokenClaims,
> = ResourceServerOptions2<Scope, Claims> & FetchOptions;

export declare function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims>;

// @scopegate/web/providers

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

interface FetchOptions {
  readonly mtls?: undefined;
  readonly onRefusal?: RefusalHandler | undefined;
}

interface FetchResponses {
  readonly observe: <Result>(
    request: Request,
    run: () => MaybePromise<Result>,
  ) => MaybePromise<Result>;
  readonly refuse: (refusal: Refusal, request: Request) => MaybePromise<Response>;
  readonly complete: <Result>(result: Result, request: Request) => Result | Response;
  readonly respondTo: (
    error: unknown,
    request: Request,
  ) => Response | undefined | Promise<Response>;
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

type MaybePromise<Value> = Value | Promise<Value>;

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
