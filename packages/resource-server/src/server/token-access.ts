/**
 * Access to the tokens of guarded requests in the handlers behind the guards.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { VerifiedAccessToken, WhileAcceptableOptions } from '@scopegate/access-token';
import type { GuardContext } from '../guard/guarded-request.js';
import { watchToken } from '../guard/while-acceptable.js';
import { findGrantingScope } from '../policy/implied-scopes.js';
import { assertKnownScope } from '../policy/scope-policy.js';

/**
 * Access to the tokens of guarded requests.
 *
 * @typeParam Request - The framework's request. It must be the object that the guard got.
 */
export interface TokenAccess<
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
> {
  /**
   * Returns the verified token of a guarded request.
   *
   * @throws TypeError No guard of this resource server let the request through with a token.
   * @example
   * const { clientId, scopes } = api.accessToken(req);
   */
  accessToken(request: Request): VerifiedAccessToken<Claims>;
  /**
   * Returns the verified token behind {@link ResourceServer.optionalAccessToken}, or `undefined` for
   * an anonymous caller.
   *
   * @throws TypeError No guard of this resource server let the request through.
   * @example
   * const clientId = api.accessTokenIfAny(req)?.clientId;
   */
  accessTokenIfAny(request: Request): VerifiedAccessToken<Claims> | undefined;
  /**
   * Whether the token of a guarded request has a scope, or one that implies it by the option
   * `impliedScopes`; `false` for an anonymous caller.
   *
   * @throws TypeError No guard of this resource server let the request through, or the scope is
   *   outside the grammar or the declared scopes.
   * @example
   * res.json({ mayWrite: api.hasScope(req, 'write:analytics') });
   */
  hasScope(request: Request, scope: Scope): boolean;
  /**
   * Creates a signal that aborts as soon as a token would be refused, for WebSockets, event streams
   * and other work that continues after the token was checked.
   *
   * It aborts at `exp` plus the clock tolerance, when a refresh shows that the token's key is withdrawn,
   * and within a minute after `maxStaleMs` has passed in an outage or the clock was set. Its `reason`
   * is the refusal: an `InvalidTokenError` (`expired`, `key`, `not_yet_valid`) or a `KeySetUnavailableError`.
   * For an issuer that was found at run time, it also aborts when the issuer becomes unknown (`issuer`),
   * is evicted, or has new options.
   * The signal of a token that would be refused now is already aborted. When the clock throws, the
   * signal aborts with what it threw.
   *
   * The watch of a request ends when its response or its socket closes; the watch of a token ends when
   * the token expires. Pass `signal` to end either one earlier. A signal that outlives many watches,
   * such as that of a shutdown, gets one listener for all of them, which is removed with the last one.
   *
   * @throws TypeError The request was not let through with a token, the token was not verified by this
   *   resource server, or an option is unknown.
   * @example
   * // From node:events; unlike `addEventListener`, it also calls if the signal is already aborted.
   * addAbortListener(api.whileAcceptable(req), () => ws.close(4403, 'token expired'));
   */
  whileAcceptable(
    subject: Request | VerifiedAccessToken<unknown>,
    options?: WhileAcceptableOptions,
  ): AbortSignal;
}

/**
 * Creates the access to the tokens of one resource server.
 *
 * @param vocabulary - The declared scopes; `undefined` when any scope is known.
 */
export function createTokenAccess<Request extends object, Claims>(
  context: Pick<
    GuardContext<Request, Claims>,
    'adapter' | 'verifier' | 'verifiedRequests' | 'implying'
  >,
  vocabulary: readonly string[] | undefined,
): TokenAccess<string, Claims, Request> {
  const { verifiedRequests, implying } = context;
  return {
    accessToken: (request) => verifiedRequests.getToken(request),
    accessTokenIfAny: (request) => verifiedRequests.getTokenIfAny(request),
    hasScope: (request, scope) => {
      assertKnownScope(scope, vocabulary);
      const token = verifiedRequests.getTokenIfAny(request);
      return token !== undefined && findGrantingScope(token.scopes, scope, implying) !== undefined;
    },
    whileAcceptable: (subject, options) => watchToken(subject, context, options),
  };
}
