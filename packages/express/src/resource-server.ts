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
  type WhileAcceptableOptions,
} from '@scopegate/access-token';
import type { ProtectionSpace } from '@scopegate/protocol';
import { createGuard, type Guard } from './guard/guard.js';
import {
  authenticationPolicy,
  type CompiledPolicy,
  type RoutePolicy,
  routePolicy,
  type ServerPolicy,
} from './policy/guard-policy.js';
import { assertCalledBare, assertListed } from './policy/guard-arguments.js';
import {
  createMetadataRouter,
  type MetadataOptions,
  metadataUrl,
} from './metadata/metadata-endpoint.js';
import type { ErrorMiddleware, Middleware } from './request/middleware.js';
import {
  type ResolvedGuardOptions,
  resolveGuardOptions,
  type ResourceServerOptions,
  splitOptions,
} from './options.js';
import { showMetadata } from './metadata/published-metadata.js';
import { createRefusalErrorHandler } from './refusal/refusal-error-handler.js';
import { RequestTokens } from './request/verified-request.js';
import {
  type AuditOptions,
  auditRoutes,
  type RouteAudit,
  type RoutedApplication,
} from './audit/route-audit.js';
import { assertKnownScope } from './policy/scope-policy.js';
import { allOf, anyOf } from './policy/scope-requirement.js';
import {
  createUpgradeGuard,
  readUpgradeArguments,
  type UpgradeGuard,
  type UpgradeHandler,
} from './guard/upgrade.js';
import { watchToken } from './guard/while-acceptable.js';

/**
 * Guards for the routes of one protected resource.
 *
 * One with typed scopes or claims can be given where a `ResourceServer` is asked for.
 */
export interface ResourceServer<Scope extends string = string, Claims = unknown> {
  /**
   * A guard that authenticates and asks for no scope.
   *
   * @throws TypeError It was given arguments: the call was forgotten where the route is declared.
   */
  requireAccessToken(...none: never[]): Guard;
  /** A guard that needs all of these scopes. */
  requireScope(scope: Scope, ...scopes: Scope[]): Guard;
  /** A guard that needs one of these scopes. A refusal names the first one. */
  requireAnyScope(scope: Scope, ...scopes: Scope[]): Guard;
  /**
   * A guard with any policy.
   *
   * @example
   * api.require({ scope: allOf('read:analytics', anyOf('region:eu', 'region:us')), principal: 'client' })
   */
  require(policy: RoutePolicy<Scope, Claims>): Guard;
  /**
   * A guard that lets callers without credentials pass; a bad token is refused all the same.
   *
   * @throws TypeError It was given arguments: the call was forgotten where the route is declared.
   */
  optionalAccessToken(...none: never[]): Guard;
  /**
   * An error handler that answers the refusals that handlers and middleware throw as a guard does,
   * `onRefusal` and event included. It passes every other error on.
   *
   * Mount it behind the routes. Without it Express answers such refusals with the right status and
   * headers, and a body of its own. Mount one per application: of several, the first answers the
   * refusals of all resource servers, in its own protection space.
   *
   * @throws TypeError It was given arguments: the call was forgotten where it is mounted.
   * @example
   * app.use(api.errorHandler());
   */
  errorHandler(...none: never[]): ErrorMiddleware;
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
   * Whether the token of a guarded request carries a scope; `false` for an anonymous caller.
   *
   * @throws TypeError No guard of this resource server let the request through, or the scope is
   *   outside the declared ones.
   */
  hasScope(req: IncomingMessage, scope: Scope): boolean;
  /**
   * Guards the upgrades of an HTTP server, such as those to WebSocket: a listener for `'upgrade'`.
   *
   * It judges by the header `Authorization` alone, publishes the same event as a guard, and answers
   * a refusal itself: `onRefusal` does not apply. Resets, half-open sockets and octets that come early
   * are taken care of. `onUpgrade` is called with an open socket to which nothing was written, and
   * on which no earlier response is open; otherwise the socket is destroyed. When `onUpgrade` has
   * returned and its promise, if any, has settled, the socket's errors are its own.
   * {@link ResourceServer.accessToken} knows the token. When it throws or rejects, the caller gets 500 if nothing was written, the socket ends, and
   * `process` emits a `'warning'` of code `SCOPEGATE_UPGRADE_FAILED` whose `cause` is the failure.
   *
   * @param policy - As for {@link ResourceServer.require}.
   * @throws TypeError The policy cannot be used, or there is no handler.
   * @example
   * server.on('upgrade', api.guardUpgrade({ scope: 'read:analytics' }, (req, socket, head) => {
   *   webSockets.handleUpgrade(req, socket, head, (ws) => webSockets.emit('connection', ws, req));
   * }));
   */
  guardUpgrade(policy: RoutePolicy<Scope, Claims>, onUpgrade: UpgradeHandler): UpgradeGuard;
  /**
   * Guards upgrades for any valid token; otherwise as with a policy.
   *
   * @throws TypeError There is no handler.
   */
  guardUpgrade(onUpgrade: UpgradeHandler): UpgradeGuard;
  /**
   * A signal that aborts when a token would be refused if it came now: for WebSockets, streams of
   * events and other work that outlives the look at the token.
   *
   * It aborts at `exp` and the tolerance, with the refresh of the keys that withdraws the token's key,
   * and within a minute of the end of an outage's `maxStaleMs` or of a leap of the clock. `reason` is
   * the refusal: an `InvalidTokenError` (`expired`, `key`, `not_yet_valid`) or a
   * `KeySetUnavailableError`. It is aborted already when the token is refused now.
   *
   * Given a request, it is watched until its response or its socket is closed, given a token, until
   * that expires: where the work may end before, pass `signal`, which ends the watch. A signal that
   * outlives many watches, such as that of a shutdown, holds one listener for all of them, and none
   * when they have ended. When the clock throws, the signal aborts with what it threw.
   *
   * @throws TypeError The request was not let through with a token, the token is not one of this
   *   resource server, or an option is unknown.
   * @example
   * // Of node:events; unlike `addEventListener`, it also calls when the signal has aborted already.
   * addAbortListener(api.whileAcceptable(req), () => ws.close(4403, 'token expired'));
   */
  whileAcceptable(
    subject: IncomingMessage | VerifiedAccessToken<unknown>,
    options?: WhileAcceptableOptions,
  ): AbortSignal;
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
    hasScope: (req: IncomingMessage, scope: string) => {
      assertKnownScope(scope, resolved.scopes);
      return tokens.getIfAny(req)?.scopes.has(scope) ?? false;
    },
    whileAcceptable: (
      subject: IncomingMessage | VerifiedAccessToken<unknown>,
      watchOptions?: WhileAcceptableOptions,
    ) => watchToken(subject, { verifier, tokens }, watchOptions),
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
  | 'requireAccessToken'
  | 'requireScope'
  | 'requireAnyScope'
  | 'require'
  | 'optionalAccessToken'
  | 'errorHandler'
  | 'guardUpgrade'
>;

function createGuards<Claims>(
  { scopes: declared, credentials, excessScopes, onRefusal, identifyClients }: ResolvedGuardOptions,
  verifier: AccessTokenVerifier<Claims>,
  tokens: RequestTokens<Claims>,
  space: Space,
): Guards {
  const server: ServerPolicy = { vocabulary: declared, excessScopes };
  const context = {
    verifier,
    tokens,
    credentials: new Set(credentials),
    protectionSpace: () => space.current,
    onRefusal,
    identifyClients,
    vocabulary: new Set(declared),
  };
  const guard = (name: string, policy: CompiledPolicy): Guard => createGuard(name, policy, context);
  const route = (name: string, policy: RoutePolicy): Guard =>
    guard(name, routePolicy(policy, server));
  return {
    requireAccessToken: (...none) => {
      assertCalledBare('requireAccessToken', none);
      return guard('requireAccessToken', authenticationPolicy('required', server));
    },
    requireScope: (...scopes) => {
      assertListed('requireScope', scopes);
      return route('requireScope', { scope: allOf(...scopes) });
    },
    requireAnyScope: (...scopes) => {
      assertListed('requireAnyScope', scopes);
      return route('requireAnyScope', { scope: anyOf(...scopes) });
    },
    require: (policy) => route('requirePolicy', policy),
    optionalAccessToken: (...none) => {
      assertCalledBare('optionalAccessToken', none);
      return guard('optionalAccessToken', authenticationPolicy('optional', server));
    },
    errorHandler: (...none) => {
      assertCalledBare('errorHandler', none);
      return createRefusalErrorHandler(context);
    },
    guardUpgrade: (...given: readonly unknown[]) => {
      const { policy, onUpgrade } = readUpgradeArguments(given, server);
      return createUpgradeGuard(policy, context, onUpgrade);
    },
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
        'metadata() needs the option "resource": the audience is not an https URL that could be used instead',
      );
    }
    const router = createMetadataRouter({ resource, issuers, scopes, credentials }, options);
    this.current = { realm, resourceMetadata: metadataUrl(resource).href };
    return showMetadata(router, { resource, scopes_supported: scopes });
  }
}
