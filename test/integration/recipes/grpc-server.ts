/**
 * The guard for gRPC of docs/recipes.md.
 *
 * @module
 */
// #region grpc
import { addAbortListener } from 'node:events';
import { Metadata, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import {
  type AccessTokenVerifier,
  ChallengeError,
  InsufficientScopeError,
  KeySetUnavailableError,
  MissingCredentialsError,
  parseAuthorization,
  type VerifiedAccessToken,
} from '@scopegate/access-token';

/** The verified tokens: `tokens.get(call.metadata)` in a handler. */
export const tokens = new WeakMap<Metadata, VerifiedAccessToken>();

/** @param scopes - The scope that each method requires, by path, such as `/sales.Analytics/Read`. */
export function guardCalls(
  verifier: AccessTokenVerifier,
  scopes: ReadonlyMap<string, string>,
): ServerInterceptor {
  async function authorize(path: string, metadata: Metadata): Promise<VerifiedAccessToken> {
    const bearerToken = parseAuthorization(metadata.get('authorization').join());
    if (bearerToken === undefined) throw new MissingCredentialsError({ realm: 'sales' });
    const token = await verifier.verify(bearerToken);
    const scope = scopes.get(path); // a method without a scope is refused
    if (scope !== undefined && token.scopes.has(scope)) return token;
    throw new InsufficientScopeError('scope', scope);
  }
  return ({ path }, call) => {
    const ended = new AbortController();
    const refuse = (error: unknown): void => {
      call.sendStatus(formatStatus(error));
    };
    const listener = {
      onReceiveMetadata(metadata: Metadata, next: (metadata: Metadata) => void) {
        void authorize(path, metadata).then((token) => {
          metadata.remove('authorization'); // so that no handler forwards it
          tokens.set(metadata, token);
          const expiry = verifier.whileAcceptable(token, { signal: ended.signal });
          addAbortListener(expiry, () => {
            refuse(expiry.reason);
          });
          next(metadata);
        }, refuse);
      },
      onCancel() {
        ended.abort(); // also called when the call ends as usual
      },
    };
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next(listener);
      },
    });
  };
}

function formatStatus(error: unknown): { code: status; details: string; metadata?: Metadata } {
  if (error instanceof ChallengeError) {
    const isForbidden = error instanceof InsufficientScopeError;
    const code = isForbidden ? status.PERMISSION_DENIED : status.UNAUTHENTICATED;
    const metadata = new Metadata();
    const challenges = [error.headers['WWW-Authenticate']].flat(); // they name the scope
    for (const challenge of challenges) metadata.add('www-authenticate', challenge);
    return { code, details: error.message, metadata };
  }
  const isOutage = error instanceof KeySetUnavailableError;
  return isOutage ? UNAVAILABLE : { code: status.INTERNAL, details: 'internal error' };
}

const UNAVAILABLE = { code: status.UNAVAILABLE, details: 'try again later' };
// #endregion grpc
