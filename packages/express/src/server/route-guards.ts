/**
 * The guards of a resource server: one function for each way to declare what a route requires.
 *
 * @module
 */
import { createGuard, type Guard } from '../guard/guard.js';
import type { GuardContext } from '../guard/guarded-request.js';
import {
  createUpgradeGuard,
  readUpgradeArguments,
  type UpgradeGuard,
  type UpgradeHandler,
} from '../guard/upgrade.js';
import { assertCalledBare, assertListed } from '../policy/guard-arguments.js';
import {
  authenticationPolicy,
  type CompiledPolicy,
  type RoutePolicy,
  routePolicy,
  type ServerPolicy,
} from '../policy/guard-policy.js';
import { allOf, anyOf } from '../policy/scope-requirement.js';
import { createRefusalErrorHandler } from '../refusal/refusal-error-handler.js';
import type { ErrorMiddleware } from '../request/middleware.js';

/** The guards of a resource server. */
export interface RouteGuards<Scope extends string = string, Claims = unknown> {
  /**
   * Creates a guard that requires a valid token, and no scope.
   *
   * @throws TypeError It has arguments: it was mounted without being called.
   * @example
   * app.use('/v1', api.requireAccessToken());
   */
  requireAccessToken(...none: never[]): Guard;
  /**
   * Creates a guard that requires all of the scopes.
   *
   * @throws TypeError There is no scope, or one is outside the grammar or the declared scopes.
   * @example
   * app.get('/v1/sales/analytics', api.requireScope('read:analytics'), handler);
   */
  requireScope(scope: Scope, ...scopes: Scope[]): Guard;
  /**
   * Creates a guard that requires one of the scopes. A refusal names the first one.
   *
   * @throws TypeError There is no scope, or one is outside the grammar or the declared scopes.
   * @example
   * app.get('/v1/sales', api.requireAnyScope('read:analytics', 'admin'), handler);
   */
  requireAnyScope(scope: Scope, ...scopes: Scope[]): Guard;
  /**
   * Creates a guard with any policy.
   *
   * @throws TypeError The policy is empty, has an unknown member, or no token can satisfy it.
   * @example
   * api.require({ scope: allOf('read:analytics', anyOf('region:eu', 'region:us')), principal: 'client' })
   */
  require(policy: RoutePolicy<Scope, Claims>): Guard;
  /**
   * Creates a guard that passes callers without credentials on; an invalid token is still refused.
   *
   * @throws TypeError It has arguments: it was mounted without being called.
   * @example
   * app.get('/v1/news', api.optionalAccessToken(), (req, res) => {
   *   res.json({ client: api.accessTokenIfAny(req)?.clientId });
   * });
   */
  optionalAccessToken(...none: never[]): Guard;
  /**
   * Creates an error handler for refusals that handlers and middleware throw. It handles them as a
   * guard does: it calls `onRefusal` and publishes a decision event. It passes every other error on.
   *
   * Mount it after the routes. Without it Express answers such refusals with the right status and
   * headers and its own body. Mount only one in an application: the first one answers the refusals of
   * all resource servers, in its own protection space.
   *
   * @throws TypeError It has arguments: it was mounted without being called.
   * @example
   * app.use(api.errorHandler());
   */
  errorHandler(...none: never[]): ErrorMiddleware;
  /**
   * Creates a listener for `'upgrade'` that guards the upgrades of an HTTP server, such as those to
   * WebSocket.
   *
   * Only the header `Authorization` may carry the token. The guard publishes the same event as the
   * guard of a route, and answers a refusal itself: `onRefusal` does not apply. It handles resets,
   * half-open sockets and early octets. `onUpgrade` gets an open socket to which nothing was written
   * and on which no earlier response is pending; otherwise the socket is destroyed. Once `onUpgrade` has
   * returned, and its promise, if any, has settled, it must handle the socket's errors itself.
   * {@link ResourceServer.accessToken} returns the token of the request.
   *
   * When `onUpgrade` throws or rejects, the caller gets 500 if nothing was written, the socket is
   * closed, and `process` emits a `'warning'` with the code `SCOPEGATE_UPGRADE_FAILED` and the failure
   * as its `cause`.
   *
   * @param policy - As for {@link ResourceServer.require}.
   * @throws TypeError The policy is invalid, or there is no handler.
   * @example
   * server.on('upgrade', api.guardUpgrade({ scope: 'read:analytics' }, (req, socket, head) => {
   *   webSockets.handleUpgrade(req, socket, head, (ws) => webSockets.emit('connection', ws, req));
   * }));
   */
  guardUpgrade(policy: RoutePolicy<Scope, Claims>, onUpgrade: UpgradeHandler): UpgradeGuard;
  /**
   * Creates a listener for `'upgrade'` that requires a valid token, and no scope.
   *
   * @throws TypeError There is no handler.
   * @example
   * server.on('upgrade', api.guardUpgrade((req, socket, head) => open(req, socket, head)));
   */
  guardUpgrade(onUpgrade: UpgradeHandler): UpgradeGuard;
}

/** Creates the guards of one resource server. */
export function createRouteGuards<Claims>(
  context: GuardContext<Claims>,
  server: ServerPolicy,
): RouteGuards {
  const guard = (name: string, policy: CompiledPolicy): Guard => createGuard(name, policy, context);
  return {
    requireAccessToken: (...none) => {
      assertCalledBare('requireAccessToken', none);
      return guard('requireAccessToken', authenticationPolicy('required', server));
    },
    requireScope: (...scopes) => {
      assertListed('requireScope', scopes);
      return guard('requireScope', routePolicy({ scope: allOf(...scopes) }, server));
    },
    requireAnyScope: (...scopes) => {
      assertListed('requireAnyScope', scopes);
      return guard('requireAnyScope', routePolicy({ scope: anyOf(...scopes) }, server));
    },
    require: (policy) => guard('requirePolicy', routePolicy(policy, server)),
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
