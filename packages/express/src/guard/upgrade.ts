/**
 * Guards upgrades, which do not pass through middleware. A guard decides on an upgrade as on any other
 * request, and responds on the socket.
 *
 * @module
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createGuard } from './guard.js';
import type { GuardContext } from './guarded-request.js';
import {
  authenticationPolicy,
  type CompiledPolicy,
  type RoutePolicy,
  routePolicy,
  type ServerPolicy,
} from '../policy/guard-policy.js';
import { sendRefusal } from '../refusal/refusal.js';

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

/** How long a peer may take to close the connection after a refusal. */
const LINGER_MS = 2_000;

// Without a listener, a connection reset ends the process.
const ignoreError = (): void => undefined;

/**
 * Reads the arguments of `guardUpgrade()`: a policy and a handler, or a handler alone.
 *
 * @throws TypeError The policy cannot be used, or there is no handler.
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
  context: GuardContext<Claims>,
  onUpgrade: UpgradeHandler,
): UpgradeGuard {
  const guard = createGuard('guardUpgrade', policy, {
    ...context,
    locations: new Set(['header'] as const),
    onRefusal: (refusal, req, res) => {
      answer(req.socket, res, () => {
        sendRefusal(refusal, res);
      });
    },
  });
  return (req, socket, head) => {
    // Node has removed its own error listener, so this one is added before anything is awaited.
    socket.on('error', ignoreError);
    const res = new ServerResponse(req);
    guard(req, res, (failure) => {
      if (failure) fail(failure, socket, res);
      else void handOver(onUpgrade, { req, socket, head }, res);
    });
  };
}

/** The handler may wait before it listens for errors, so ours stays until the handler has settled. */
async function handOver(
  onUpgrade: UpgradeHandler,
  { req, socket, head }: Upgrade,
  res: ServerResponse,
): Promise<void> {
  if (!attach(res, socket)) {
    socket.destroy();
    return;
  }
  res.detachSocket(req.socket);
  const written = bytesWritten(socket);
  try {
    await onUpgrade(req, socket, head);
    socket.off('error', ignoreError);
  } catch (failure) {
    if (written === bytesWritten(socket)) fail(failure, socket, res);
    else {
      socket.destroy();
      warn(failure);
    }
  }
}

/** Answers 500 for our own failure or the handler's, because no Express error handler sees it. */
function fail(failure: unknown, socket: Duplex, res: ServerResponse): void {
  answer(socket, res, () => {
    res.writeHead(500, { 'Cache-Control': 'no-store', 'Content-Length': 0 }).end();
  });
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

/** Writes one response and ends the socket; destroys the socket of a peer that is gone. */
function answer(socket: Duplex, res: ServerResponse, write: () => void): void {
  const isWritable = attach(res, socket);
  res.setHeader('Connection', 'close');
  write();
  if (!isWritable) {
    socket.destroy();
    return;
  }
  socket.end();
  // With unread octets the socket would be reset, and the end of the peer's data would go unnoticed.
  socket.resume();
  const deadline = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => {
    clearTimeout(deadline);
  });
}

/** Attaches a response; returns `false` if the socket is gone or an earlier response is pending. */
function attach(res: ServerResponse, socket: Duplex): boolean {
  if (!socket.writable) return false;
  try {
    res.assignSocket(res.req.socket);
    return true;
  } catch {
    return false;
  }
}

/** Counts written octets. A stream that does not count them has `NaN`, which never equals itself. */
function bytesWritten(socket: Duplex): number {
  return socket instanceof Socket ? socket.bytesWritten : NaN;
}
