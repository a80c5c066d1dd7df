/**
 * What users hold: tokens for one resource and one scope.
 *
 * @module
 */
import { untilAborted } from '@scopegate/protocol/internal';
import type { AccessToken } from './token/access-token.js';
import { createAuthorizedFetch } from './api/authorized-fetch.js';
import { TokenRequestError } from './errors.js';
import { publishTokenEvent, type TokenSubject } from './events.js';
import { findMissingScopes, type RenewableToken } from './token/renewable-token.js';
import type { TokenTarget } from './token/token-target.js';

/** Tokens for one resource and one scope. */
export interface TokenSource {
  /**
   * `fetch` with a token: for https URLs (http to this machine) of the origins that the source was
   * made for, and no others.
   *
   * Redirects are followed; the token does not follow to another origin, and to one that is not named
   * go neither a body (`ResourceRedirectError` `origin`) nor header fields such as `x-api-key`. When the API refuses the
   * token as invalid, a fresh one is got and the request repeated, once; a body that is a stream
   * (that of a `Request` is one) cannot be repeated, and the 401 is returned.
   *
   * It throws a `TypeError` for a URL that the token may not go to, or an `Authorization` header,
   * before anything is sent; what {@link TokenSource.token} throws; {@link ResourceRedirectError};
   * and what `fetch` throws.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * The token to use now, for where `fetch` does not fit. Ask each time; a held one costs nothing.
   *
   * @param options - `signal` ends the wait, not the token request that others may wait for.
   * @throws TokenEndpointError When the authorization server refuses.
   * @throws TokenRequestError When there is no usable token; `scope` when `requireGranted` is set
   *   and not all was granted.
   */
  readonly token: (options?: { readonly signal?: AbortSignal | undefined }) => Promise<AccessToken>;
}

/** What a source is made of. */
export interface TokenSourceParts {
  readonly target: TokenTarget;
  readonly subject: TokenSubject;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
  /** The token that sources for the same target share. Throws when the client is closed. */
  readonly useToken: () => RenewableToken;
  /** The same, if there is one. */
  readonly peekToken: () => RenewableToken | undefined;
}

/** Makes a source. Its members need no `this`. */
export function createTokenSource(parts: TokenSourceParts): TokenSource {
  const { target, subject } = parts;

  async function getToken(signal: AbortSignal | undefined): Promise<AccessToken> {
    signal?.throwIfAborted();
    const token = await untilAborted(parts.useToken().get(), signal);
    return checkGranted(token, target);
  }

  const fetch = createAuthorizedFetch({
    fetch: parts.fetch,
    origins: target.origins,
    maxRetryAfterMs: target.maxRetryAfterMs,
    clock: parts.clock,
    getToken,
    async replaceToken(refused, signal) {
      const token = await untilAborted(parts.useToken().replace(refused), signal);
      return token === undefined ? undefined : checkGranted(token, target);
    },
    acceptToken() {
      parts.peekToken()?.accept();
    },
    onRetry(reason) {
      publishTokenEvent(() => ({ ...subject, event: 'retried', reason }));
    },
  });
  return Object.freeze({
    fetch,
    token: (options: { readonly signal?: AbortSignal | undefined } = {}) =>
      getToken(options.signal),
  });
}

function checkGranted(token: AccessToken, { scopes, requireGranted }: TokenTarget): AccessToken {
  if (!requireGranted) return token;
  const missingScopes = findMissingScopes(scopes, token);
  if (missingScopes.length === 0) return token;
  throw new TokenRequestError('scope', { missingScopes });
}
