/**
 * The guards of upgrades, for frameworks on Node's HTTP server.
 *
 * @module
 */
import type { GuardContext } from '../guard/guarded-request.js';
import type { ServerPolicy } from '../policy/guard-policy.js';
import type { RoutePolicy } from '../policy/route-policy.js';
import {
  createUpgradeGuard,
  readUpgradeArguments,
  type UpgradeGuard,
  type UpgradeHandler,
} from '../upgrade/upgrade-guard.js';

/** The guards of upgrades, such as those to WebSocket. */
export interface UpgradeGuards<Scope extends string = string, Claims = unknown> {
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
   * @throws TypeError The policy is invalid, or the handler is missing.
   * @example
   * server.on('upgrade', api.guardUpgrade({ scope: 'read:analytics' }, (req, socket, head) => {
   *   webSockets.handleUpgrade(req, socket, head, (ws) => webSockets.emit('connection', ws, req));
   * }));
   */
  guardUpgrade(policy: RoutePolicy<Scope, Claims>, onUpgrade: UpgradeHandler): UpgradeGuard;
  /**
   * Creates a listener for `'upgrade'` that requires a valid token, and no scope.
   *
   * @throws TypeError The handler is missing.
   * @example
   * server.on('upgrade', api.guardUpgrade((req, socket, head) => open(req, socket, head)));
   */
  guardUpgrade(onUpgrade: UpgradeHandler): UpgradeGuard;
}

/** Creates the guards of upgrades of one resource server. */
export function createUpgradeGuards<Claims>(
  context: Omit<GuardContext<never, Claims>, 'adapter' | 'locations' | 'timing'>,
  server: ServerPolicy,
): UpgradeGuards<string, Claims> {
  return {
    guardUpgrade: (...given: readonly unknown[]) => {
      const { policy, onUpgrade } = readUpgradeArguments(given, server);
      return createUpgradeGuard(policy, context, onUpgrade);
    },
  };
}
