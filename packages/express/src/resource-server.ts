/**
 * A resource server: one configuration, one key set, one token cache, and the guards that share them.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import {
  type AccessTokenClaims,
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type ExplainOptions,
  type TokenExplanation,
  type VerifiedAccessToken,
  type VerifierHealth,
} from '@scopegate/access-token';
import type { ProtectionSpace } from '@scopegate/protocol';
import { createGuard, type Guard } from './guard.js';
import {
  authenticationPolicy,
  type CompiledPolicy,
  type RoutePolicy,
  routePolicy,
  type ServerPolicy,
} from './guard-policy.js';
import { createMetadataRouter, type MetadataOptions, metadataUrl } from './metadata-router.js';
import type { Middleware } from './middleware.js';
import {
  type ResolvedGuardOptions,
  resolveGuardOptions,
  type ResourceServerOptions,
  splitOptions,
} from './options.js';
import { showMetadata } from './published-metadata.js';
import { RequestTokens } from './request-token.js';
import {
  type AuditOptions,
  auditRoutes,
  type RouteAudit,
  type RoutedApplication,
} from './route-audit.js';
import { allOf, anyOf, type NonEmpty, type ScopeRequirement } from './scope-policy.js';

/** Guards for the routes of one protected resource. */
export interface ResourceServer<Scope extends string = string, Claims = AccessTokenClaims> {
  /** A guard that authenticates and asks for no scope. */
  requireAccessToken(): Guard;
  /** A guard that needs all of these scopes. */
  requireScope(...scopes: NonEmpty<Scope>): Guard;
  /** A guard that needs one of these scopes. A refusal names the first one. */
  requireAnyScope(...scopes: NonEmpty<Scope>): Guard;
  /**
   * A guard with any policy.
   *
   * @example
   * api.require({ scope: allOf('read:analytics', anyOf('region:eu', 'region:us')), principal: 'client' })
   */
  require(policy: RoutePolicy<Scope>): Guard;
  /** A guard that lets callers without credentials pass; a bad token is refused all the same. */
  optionalAccessToken(): Guard;
  /**
   * The verified token of a guarded request.
   *
   * @throws TypeError No guard of this resource server let the request through with a token.
   */
  accessToken(req: IncomingMessage): VerifiedAccessToken<Claims>;
  /**
   * The verified token behind {@link ResourceServer.optionalAccessToken}; `undefined` for an
   * anonymous caller.
   *
   * @throws TypeError No guard of this resource server let the request through.
   */
  accessTokenIfAny(req: IncomingMessage): VerifiedAccessToken<Claims> | undefined;
  /**
   * Serves `/.well-known/oauth-protected-resource` and names it in every challenge. Mount it at the
   * root of the application.
   *
   * @throws TypeError There is no resource identifier.
   * @see RFC 9728 §3, §5.1
   */
  metadata(options?: MetadataOptions): Middleware;
  /**
   * Audits the routes of an application against the scopes of this resource server.
   *
   * @throws TypeError See {@link auditRoutes}.
   */
  auditRoutes(application: RoutedApplication, options?: AuditOptions): RouteAudit;
  /**
   * Explains what becomes of a token: every check, the key, and what to change on which side.
   *
   * For operators: the account holds claim values and must never be sent to a caller.
   *
   * @param token - Without the scheme.
   * @throws TypeError (rejects) An option cannot be used.
   * @example
   * const { verdict, checks, findings } = await api.explain(token, { scope: 'read:analytics' });
   */
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
  /**
   * Resolves when the keys of every issuer are at hand.
   *
   * @throws KeySetUnavailableError (rejects) They cannot be had now.
   */
  ready(): Promise<void>;
  /**
   * Asks every issuer for its keys now; see {@link AccessTokenVerifier.refresh}.
   *
   * @throws KeySetUnavailableError (rejects) An issuer gave no good answer; keys that are held stay.
   */
  refresh(): Promise<void>;
  /** The state of every issuer's keys; holds no secrets. */
  health(): VerifierHealth;
  /** Stops background work, which never keeps the process alive anyway. */
  close(): void;
}

/**
 * Creates a resource server. Nothing is fetched before the first token, or before `ready()`.
 *
 * @throws TypeError An option is missing, unknown or out of range; the message says what is allowed.
 * @example
 * const api = createResourceServer({ issuer, audience, scopes: ['read:analytics'] });
 * app.get('/v1/sales/analytics', api.requireScope('read:analytics'), handler);
 */
export function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims> {
  const [verifierOptions, guardOptions] = splitOptions<Claims>(options);
  const verifier = createAccessTokenVerifier(verifierOptions);
  const resolved = resolveGuardOptions(guardOptions, verifier.audiences);
  const tokens = new RequestTokens<Claims>();
  const space = new Space(resolved);
  return Object.freeze({
    ...createGuards<Claims>(resolved, verifier, tokens, space),
    accessToken: (req: IncomingMessage) => tokens.get(req),
    accessTokenIfAny: (req: IncomingMessage) => tokens.getIfAny(req),
    metadata: (metadataOptions: MetadataOptions = {}) =>
      space.publish(verifier.issuers, metadataOptions),
    auditRoutes: (application: RoutedApplication, auditOptions: AuditOptions = {}) =>
      auditRoutes(application, { scopes: resolved.scopes, ...auditOptions }),
    explain: (token: string, explainOptions?: ExplainOptions) =>
      verifier.explain(token, explainOptions),
    ready: () => verifier.ready(),
    refresh: () => verifier.refresh(),
    health: () => verifier.health(),
    close: () => {
      verifier.close();
    },
  });
}

type Guards = Pick<
  ResourceServer,
  'requireAccessToken' | 'requireScope' | 'requireAnyScope' | 'require' | 'optionalAccessToken'
>;

function createGuards<Claims>(
  { scopes, credentials, excessScopes, onRefusal, identifyClients }: ResolvedGuardOptions,
  verifier: AccessTokenVerifier<Claims>,
  tokens: RequestTokens<Claims>,
  space: Space,
): Guards {
  const server: ServerPolicy = { vocabulary: scopes, excessScopes };
  const context = {
    verifier,
    tokens,
    credentials: new Set(credentials),
    protectionSpace: () => space.current,
    onRefusal,
    identifyClients,
    vocabulary: new Set(scopes),
  };
  const guard = (name: string, policy: CompiledPolicy): Guard => createGuard(name, policy, context);
  const route = (name: string, policy: RoutePolicy): Guard =>
    guard(name, routePolicy(policy, server));
  // An empty list gets past the types in plain JavaScript; the policy refuses it.
  const listed = (list: typeof allOf, given: readonly string[]): ScopeRequirement =>
    list(...(given as NonEmpty<string>));
  return {
    requireAccessToken: () => guard('requireAccessToken', authenticationPolicy('required', server)),
    requireScope: (...given) => route('requireScope', { scope: listed(allOf, given) }),
    requireAnyScope: (...given) => route('requireAnyScope', { scope: listed(anyOf, given) }),
    require: (policy) => route('requirePolicy', policy),
    optionalAccessToken: () =>
      guard('optionalAccessToken', authenticationPolicy('optional', server)),
  };
}

/** The protection space, which names its metadata document once that is served. */
class Space {
  current: ProtectionSpace;
  readonly #options: ResolvedGuardOptions;

  constructor(options: ResolvedGuardOptions) {
    this.#options = options;
    this.current = { realm: options.realm };
  }

  publish(issuers: readonly string[], options: MetadataOptions): Middleware {
    const { resource, realm, scopes, credentials } = this.#options;
    if (resource === undefined) {
      throw new TypeError(
        'metadata() needs the option "resource": the audience is no https URL to take its place',
      );
    }
    const router = createMetadataRouter({ resource, issuers, scopes, credentials }, options);
    this.current = { realm, resourceMetadata: metadataUrl(resource).href };
    return showMetadata(router, { resource, scopes_supported: scopes });
  }
}
