/**
 * The verified token of a request, kept beside the request and not on it.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';

/**
 * Remembers what the guards of one resource server found on each request: a token, or `null` for a
 * caller that presented none where none was needed.
 */
export class RequestTokens<Claims> {
  readonly #tokens = new WeakMap<IncomingMessage, VerifiedAccessToken<Claims> | null>();

  readonly #responses = new WeakMap<IncomingMessage, ServerResponse>();

  /** @param res - Is remembered where the request itself does not show it, as that of Express does. */
  set(req: IncomingMessage, token: VerifiedAccessToken<Claims> | null, res: ServerResponse): void {
    this.#tokens.set(req, token);
    if (!('res' in req)) this.#responses.set(req, res);
  }

  /** The response to a guarded request. */
  responseTo(req: IncomingMessage): unknown {
    return 'res' in req ? req.res : this.#responses.get(req);
  }

  /** The token that an earlier guard verified, if one did. */
  find(req: IncomingMessage): VerifiedAccessToken<Claims> | undefined {
    return this.#tokens.get(req) ?? undefined;
  }

  /**
   * The token of a guarded request.
   *
   * @throws TypeError No guard let this request through with a token.
   */
  get(req: IncomingMessage): VerifiedAccessToken<Claims> {
    const token = this.#tokens.get(req);
    if (token) return token;
    throw new TypeError(
      token === null
        ? 'this request is anonymous: use accessTokenIfAny() behind optionalAccessToken()'
        : 'no guard of this resource server ran on this request',
    );
  }

  /**
   * The token of a request, `undefined` for an anonymous one.
   *
   * @throws TypeError No guard let this request through.
   */
  getIfAny(req: IncomingMessage): VerifiedAccessToken<Claims> | undefined {
    return this.#tokens.get(req) === null ? undefined : this.get(req);
  }
}
