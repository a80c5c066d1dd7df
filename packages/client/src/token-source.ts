/**
 * Token sources: what `client.for()` returns.
 *
 * @module
 */
import { untilAborted } from '@scopegate/protocol/internal';
import type { AccessToken } from './token/access-token.js';
import { createAuthorizedFetch } from './api/authorized-fetch.js';
import type { DpopKey } from './dpop/dpop-key.js';
import type { Proofs } from './dpop/proofs.js';
import { TokenRequestError } from './errors.js';
import { publishTokenEvent, type TokenSubject } from './events.js';
import { listMissingScopes, type RenewableToken } from './token/renewable-token.js';
import type { TokenTarget } from './token/token-target.js';

/** Gets tokens for one resource and one scope, and calls APIs with them. */
export interface TokenSource {
  /**
   * Calls `fetch` with the token in the `Authorization` header: for https URLs (http to this machine,
   * or to any with `dangerouslyAllowHttp`) of the origins that `resource` and `origins` cover, and no
   * others.
   *
   * Redirects are followed, without the token once they lead to another origin. An origin that is
   * not covered receives neither a body ({@link ResourceRedirectError} `origin`) nor header fields
   * such as `x-api-key`. Methods are sent in upper case. When the API refuses the token as invalid,
   * the request is repeated once with a fresh token. A stream cannot be sent again, so a request
   * whose body is a stream (like that of any `Request` object) returns the 401.
   *
   * With the option `dpop` of the client, the scheme is `DPoP`, and each request has a new proof. When
   * the API requires a nonce, the request is repeated once with it; nonces are kept for each origin.
   * Without a nonce, a request whose body is a stream returns the 401; to get a nonce, send a `HEAD`
   * request first.
   *
   * It rejects with a `TypeError` if the URL is not covered or there is an `Authorization` or `DPoP`
   * header, before anything is sent; with the errors of {@link TokenSource.token}; with a
   * {@link ResourceRedirectError}; and with the errors of `fetch`.
   *
   * @see RFC 6750 §2.1, §5.3; RFC 9449 §7, §9
   * @example
   * const response = await analytics.fetch('https://api.example.com/v1/sales/analytics');
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Gets the current token, for clients other than `fetch`. Call it for each request: a cached token
   * is returned without a token request.
   *
   * With `dpop: true` or `{ alg }` it rejects with a `TypeError`, because only `fetch` can make proofs
   * with the key of the client. With `{ keyPair }` the `type` of the token is `DPoP`, and the
   * application makes the proofs.
   *
   * @param options - `signal` ends only this caller's wait; the token request itself continues,
   *   because other callers may wait for it.
   * @returns The token.
   * @throws {@link TokenEndpointError} (rejects) The authorization server refuses the request.
   * @throws {@link TokenRequestError} (rejects) There is no usable token; `scope`: `requireGranted` is
   *   set and not all scopes were granted.
   * @throws TypeError (rejects) The token is bound to a key that only the client holds.
   * @example
   * const { type, value } = await analytics.token();
   * metadata.set('authorization', `${type} ${value}`); // gRPC
   */
  readonly token: (options?: { readonly signal?: AbortSignal | undefined }) => Promise<AccessToken>;
}

/** What a token source needs from its client. */
export interface TokenSourceParts {
  readonly target: TokenTarget;
  readonly subject: TokenSubject;
  readonly fetch: typeof globalThis.fetch;
  /** The key to which tokens are bound; `undefined` for bearer tokens. */
  readonly dpopKey: DpopKey | undefined;
  /** Makes proofs with that key. */
  readonly proofs: Proofs | undefined;
  readonly clock: () => number;
  /** Returns the token that sources for the same target share. Throws when the client is closed. */
  readonly useToken: () => RenewableToken;
  /** Returns the same token if it exists, without creating it. */
  readonly findToken: () => RenewableToken | undefined;
}

/** Creates a token source. Its members do not use `this`. */
export function createTokenSource(parts: TokenSourceParts): TokenSource {
  const { target, subject } = parts;

  async function getToken(signal: AbortSignal | undefined): Promise<AccessToken> {
    signal?.throwIfAborted();
    const token = await untilAborted(parts.useToken().get(), signal);
    return checkGranted(token, target);
  }

  const fetch = createAuthorizedFetch({
    fetch: parts.fetch,
    proofs: parts.proofs,
    origins: target.origins,
    allowHttp: target.allowHttp,
    maxRetryAfterMs: target.maxRetryAfterMs,
    clock: parts.clock,
    getToken,
    async replaceToken(refused, signal) {
      const token = await untilAborted(parts.useToken().replace(refused), signal);
      return token === undefined ? undefined : checkGranted(token, target);
    },
    acceptToken() {
      parts.findToken()?.accept();
    },
    onRetry(reason) {
      publishTokenEvent(() => ({ ...subject, event: 'retried', reason }));
    },
  });
  return Object.freeze({
    fetch,
    async token(options: { readonly signal?: AbortSignal | undefined } = {}) {
      if (parts.dpopKey?.isShared === false) {
        throw new TypeError(
          'token() is not available because only fetch can make proofs with the key of this client; use fetch, or set "dpop": { keyPair }',
        );
      }
      return await getToken(options.signal);
    },
  });
}

function checkGranted(token: AccessToken, { scopes, requireGranted }: TokenTarget): AccessToken {
  if (!requireGranted) return token;
  const missingScopes = listMissingScopes(scopes, token);
  if (missingScopes.length === 0) return token;
  throw new TokenRequestError('scope', { missingScopes });
}
