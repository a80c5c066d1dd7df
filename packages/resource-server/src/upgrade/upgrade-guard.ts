/**
 * Guards upgrades, which do not pass through middleware. A guard decides on an upgrade as on any other
 * request, and responds on the socket.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isThenable } from '@scopegate/protocol/internal';
import { createGuard } from '../guard/guard.js';
import type { GuardContext } from '../guard/guarded-request.js';
import { createReport } from '../guard/report-only.js';
import { PUBLISH_AT_ONCE } from '../observation/publication-timing.js';
import { authenticationPolicy, routePolicy } from '../policy/compile-policy.js';
import type { CompiledPolicy, ServerPolicy } from '../policy/guard-policy.js';
import type { RoutePolicy } from '../policy/route-policy.js';
import { formatRefusal } from '../refusal/formatted-refusal.js';
import type { Refusal } from '../refusal/refusal.js';
import { nodeRequestAdapter } from '../request/node-request.js';
import { endWithResponse, isAvailable } from './socket-response.js';

/** Takes over the socket of an allowed upgrade, as a listener for `'upgrade'` does. */
export type UpgradeHandler = (req: IncomingMessage, socket: Duplex, head: Buffer) => unknown;

/** A listener for the event `'upgrade'` of a server of `node:http` or `node:https`. */
export type UpgradeGuard = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The arguments of an `'upgrade'` listener. */
interface Upgrade {
  readonly req: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

// Without a listener, a connection reset ends the process.
const ignoreError = (): void => undefined;

/**
 * Reads the arguments of `guardUpgrade()`: a policy and a handler, or a handler alone.
 *
 * @throws TypeError The policy cannot be used, or the handler is missing.
 */
export function readUpgradeArguments(
  given: readonly unknown[],
  server: ServerPolicy,
): { readonly policy: CompiledPolicy; readonly onUpgrade: UpgradeHandler } {
  const onUpgrade = given.at(-1);
  if (!isHandler(onUpgrade)) {
    throw new TypeError(
      'the last argument of guardUpgrade() must be a function; write guardUpgrade(policy, onUpgrade)',
    );
  }
  if (given.length === 1) return { policy: authenticationPolicy('required', server), onUpgrade };
  // `routePolicy` throws if the value is not a policy.
  return { policy: routePolicy(given[0] as RoutePolicy, server, 'guardUpgrade'), onUpgrade };
}

function isHandler(value: unknown): value is UpgradeHandler {
  return typeof value === 'function';
}

/**
 * Creates the guard of an upgrade.
 *
 * Only the header may carry the token, regardless of the option `credentials`.
 */
export function createUpgradeGuard<Claims>(
  policy: CompiledPolicy,
  context: Omit<GuardContext<IncomingMessage, Claims>, 'adapter' | 'locations' | 'timing'>,
  onUpgrade: UpgradeHandler,
): UpgradeGuard {
  const header = new Set(['header'] as const);
  const guardContext = {
    ...context,
    adapter: nodeRequestAdapter,
    locations: header,
    // The handler takes over the socket, so the guard cannot wait for a response.
    timing: PUBLISH_AT_ONCE,
  };
  const guard = createGuard(policy, guardContext, 'guardUpgrade');
  const report = createReport({ policy, context: guardContext, name: 'guardUpgrade' });
  return (req, socket, head) => {
    // Node has removed its own error listener, so this one is added before anything is awaited.
    socket.on('error', ignoreError);
    const upgrade = { req, socket, head };
    const end = (refusal: Refusal | undefined): void => {
      if (refusal === undefined) void handOver(onUpgrade, upgrade);
      else endWithResponse(upgrade, formatRefusal(refusal));
    };
    if (report?.(req) === true) {
      end(undefined);
      return;
    }
    try {
      const refusal = guard.check(req);
      if (isThenable(refusal)) {
        refusal.then(end, (failure: unknown) => {
          fail(failure, upgrade);
        });
      } else end(refusal);
    } catch (failure) {
      fail(failure, upgrade);
    }
  };
}

/** The handler may wait before it listens for errors, so ours stays until the handler has settled. */
async function handOver(onUpgrade: UpgradeHandler, upgrade: Upgrade): Promise<void> {
  const { req, socket, head } = upgrade;
  if (!isAvailable(socket)) {
    socket.destroy();
    return;
  }
  const written = bytesWritten(socket);
  try {
    await onUpgrade(req, socket, head);
    socket.off('error', ignoreError);
  } catch (failure) {
    if (written === bytesWritten(socket)) fail(failure, upgrade);
    else {
      socket.destroy();
      warn(failure);
    }
  }
}

const INTERNAL_SERVER_ERROR = {
  status: 500,
  headers: { 'Cache-Control': 'no-store', Vary: 'Authorization' },
  body: '',
};

/** Answers 500 for our own failure or the handler's, because no error handler sees it. */
function fail(failure: unknown, upgrade: Upgrade): void {
  endWithResponse(upgrade, INTERNAL_SERVER_ERROR);
  warn(failure);
}

/** Only `cause` holds the failure: Node prints the message, and a failure may quote claims. */
function warn(cause: unknown): void {
  const message = 'a guarded upgrade failed and its socket was closed; see "cause"';
  const warning = new Error(message, { cause });
  process.emitWarning(
    Object.assign(warning, { name: 'UpgradeWarning', code: 'SCOPEGATE_UPGRADE_FAILED' }),
  );
}

/** Counts written octets. A stream that does not count them has `NaN`, which never equals itself. */
function bytesWritten(socket: Duplex & { readonly bytesWritten?: number }): number {
  return socket.bytesWritten ?? NaN;
}
