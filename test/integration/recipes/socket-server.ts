/**
 * The guard for Socket.IO of docs/recipes.md.
 *
 * @module
 */
// #region socket-io
import { addAbortListener } from 'node:events';
import {
  type AccessTokenVerifier,
  ChallengeError,
  InsufficientScopeError,
  KeySetUnavailableError,
  MissingCredentialsError,
  type VerifiedAccessToken,
} from '@scopegate/access-token';
import type { Namespace, Socket } from 'socket.io';

/** The verified tokens, `tokens.get(socket)`: other nodes of a cluster can read `socket.data`. */
export const tokens = new WeakMap<Socket, VerifiedAccessToken>();

/** Guards one namespace; `io.sockets` is the main one. Call it before other listeners are added. */
export function guardNamespace(
  namespace: Namespace,
  verifier: AccessTokenVerifier,
  scope: string,
): void {
  async function authorize(socket: Socket): Promise<void> {
    const { auth } = socket.handshake;
    const bearerToken: unknown = auth['token'];
    delete auth['token']; // adapters send the handshake to other nodes
    if (typeof bearerToken !== 'string') throw new MissingCredentialsError({ realm: 'sales' });
    const token = await verifier.verify(bearerToken);
    if (!token.scopes.has(scope)) throw new InsufficientScopeError('scope', scope);
    tokens.set(socket, token);
  }
  namespace.use((socket, next) => {
    authorize(socket).then(
      () => {
        next();
      },
      (error: unknown) => {
        next(formatConnectError(error));
      },
    );
  });
  namespace.on('connection', (socket) => {
    const token = tokens.get(socket);
    if (token === undefined) {
      socket.disconnect(true); // its state was recovered without the middleware above
      return;
    }
    const ended = new AbortController();
    socket.on('disconnect', () => {
      ended.abort();
    });
    const expiry = verifier.whileAcceptable(token, { signal: ended.signal });
    addAbortListener(expiry, () => {
      socket.disconnect(true);
    });
  });
}

/** The client receives `message` and `data`. */
function formatConnectError(error: unknown): Error {
  if (error instanceof KeySetUnavailableError) {
    const { status, retryAfterSeconds } = error;
    return Object.assign(new Error('try again later'), { data: { status, retryAfterSeconds } });
  }
  if (!(error instanceof ChallengeError)) return new Error('internal error');
  const { message, status, challenge } = error;
  return Object.assign(new Error(message), { data: { status, ...challenge } });
}
// #endregion socket-io
