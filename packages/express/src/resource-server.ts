/**
 * A resource server: one configuration, one key set, one token cache, and the guards that share them.
 *
 * @module
 */
import {
  type AccessTokenClaims,
  createAccessTokenVerifier,
  type ExplainOptions,
  type TokenExplanation,
} from '@scopegate/access-token';
import { internalsOf } from '@scopegate/access-token/internal';
import {
  type AuditOptions,
  auditRoutes,
  type RouteAudit,
  type RoutedApplication,
} from './audit/route-audit.js';
import type { GuardContext } from './guard/guarded-request.js';
import type { MetadataOptions } from './metadata/metadata-options.js';
import {
  assertRealmIsKnown,
  resolveGuardOptions,
  type ResourceServerOptions,
  splitOptions,
} from './options.js';
import type { Middleware } from './request/middleware.js';
import { VerifiedRequests } from './request/verified-request.js';
import { createHandlerPolicies, type HandlerPolicies } from './server/handler-policies.js';
import { createLifecycle, type Lifecycle } from './server/lifecycle.js';
import { ProtectionSpaceHolder } from './server/protection-space.js';
import { createRouteGuards, type RouteGuards } from './server/route-guards.js';
import { createTokenAccess, type TokenAccess } from './server/token-access.js';

/**
 * The guards for the routes of one protected resource.
 *
 * A `ResourceServer` with typed scopes or claims is assignable to a plain `ResourceServer`.
 */
export interface ResourceServer<Scope extends string = string, Claims = unknown>
  extends
    RouteGuards<Scope, Claims>,
    TokenAccess<Scope, Claims>,
    HandlerPolicies<Scope>,
    Lifecycle {
  /**
   * Creates middleware that serves `/.well-known/oauth-protected-resource`, and names this document in
   * every challenge. Mount it at the root of the application. It also answers CORS preflights for the
   * document.
   *
   * @throws TypeError There is no resource identifier, or an option is unknown or out of range.
   * @see RFC 9728 §3, §5.1
   * @example
   * app.use(api.metadata({ resource_name: 'Sales Analytics API' }));
   * @example
   * // A client that requests all of `scopes_supported` must not get `write:analytics`.
   * app.use(api.metadata({ scopes_supported: ['read:analytics'] }));
   */
  metadata(options?: MetadataOptions<Scope>): Middleware;
  /**
   * Audits the routes of an application against the scopes of this resource server.
   *
   * @throws TypeError See {@link auditRoutes}.
   * @example
   * process.stdout.write(formatAudit(api.auditRoutes(app), 'table'));
   */
  auditRoutes(application: RoutedApplication, options?: AuditOptions): RouteAudit;
  /**
   * Explains why a token is accepted or refused: every check, the key, and what to change on which
   * side.
   *
   * For operators: the result contains claim values and must never be sent to a caller.
   *
   * @param token - The token without the scheme.
   * @throws TypeError (rejects) An option is unknown or out of range.
   * @example
   * const { verdict, checks, findings } = await api.explain(token, { scope: 'read:analytics' });
   */
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
}

/**
 * Creates a resource server. Nothing is fetched before the first token, or before `ready()`.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const api = createResourceServer({ issuer, audience, scopes: ['read:analytics'] });
 * app.get('/v1/sales/analytics', api.requireScope('read:analytics'), handler);
 */
export function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims> {
  const [verifierOptions, guardOptions] = splitOptions<Claims>(options);
  const verifier = internalsOf(createAccessTokenVerifier(verifierOptions));
  assertRealmIsKnown(guardOptions, verifier);
  const resolved = resolveGuardOptions(guardOptions, verifier.audiences);
  const { scopes, credentials, excessScopes, onRefusal, identifyClients } = resolved;
  const space = new ProtectionSpaceHolder(resolved, verifier.audiences);
  const context: GuardContext<Claims> = {
    verifier,
    verifiedRequests: new VerifiedRequests(),
    locations: new Set(credentials),
    protectionSpace: () => space.current,
    onRefusal,
    identifyClients,
    vocabulary: new Set(scopes),
  };
  const server = { vocabulary: scopes, excessScopes };
  return Object.freeze({
    ...createRouteGuards(context, server),
    ...createTokenAccess(context, scopes),
    ...createHandlerPolicies(context, server),
    ...createLifecycle(verifier),
    metadata: (metadataOptions: MetadataOptions = {}) =>
      space.publish(verifier.issuers, metadataOptions),
    auditRoutes: (application: RoutedApplication, auditOptions: AuditOptions = {}) =>
      auditRoutes(application, { scopes, ...auditOptions }),
    explain: (token: string, explainOptions?: ExplainOptions) =>
      verifier.explain(token, explainOptions),
  });
}
